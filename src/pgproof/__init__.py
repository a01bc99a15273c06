"""Verifies PostgreSQL and Supabase projects: schemas, migrations, realtime and pages. Knows no table of any project.

A project is a folder with an `environments.toml`; what data cannot express stands in its `pgproof.hooks.Hooks`.
"""

__version__ = "0.1.0"
