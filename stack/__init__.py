"""An embedded Supabase for one chat: auth, rest and realtime over one PostgreSQL, and a chat page.

It is one process. The services know only the database and the tokens; only `replica` knows where the database comes
from.
"""
