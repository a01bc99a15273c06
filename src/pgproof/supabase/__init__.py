"""Supabase as every project has it: its API as a person uses it, and what its database begins with."""

from pathlib import Path

# Roles, schema auth, default privileges and the realtime publication, as far as a migration touches them.
PLATFORM = Path(__file__).with_name("platform.sql")
