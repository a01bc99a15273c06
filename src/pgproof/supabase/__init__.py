"""What all Supabase projects have in common: the API as a person uses it, and what a database begins with."""

from pathlib import Path

# Creates roles, schema auth and the realtime publication, as far as a migration touches them.
PLATFORM = Path(__file__).with_name("platform.sql")
