"""Verifies PostgreSQL and Supabase projects: schemas, migrations, realtime and pages. Knows no table of any project.

A project is a folder with an `environments.toml`; what data cannot say of it stands in its `pgproof.project.Hooks`.
"""

__version__ = "0.1.0"
