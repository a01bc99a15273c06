"""An embedded Supabase for one chat: auth, rest and realtime over one PostgreSQL, and a chat page.

One process. The services know the database and the tokens, nothing else; only `replica` knows where the database comes
from.
"""
