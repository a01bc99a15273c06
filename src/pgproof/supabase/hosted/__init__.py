"""A hosted project's database before its owner writes anything: schemas, roles, owners and rights of the platform.

The owner `postgres` is not a superuser there, and owns nothing of what the platform's services keep. The superuser is
supabase_admin. Source: github.com/supabase/postgres (migrations/db, ansible/files), and the services' own migrations.
"""

from __future__ import annotations

from pathlib import Path

from pgproof.postgres.seed import Seed
from pgproof.supabase.hosted import stand_ins

__all__ = ["AUTOMATIC_GRANTS", "OWNER", "SUPAUTILS", "SUPERUSER", "empty", "seed"]

_FOLDER = Path(__file__).parent
# Who runs a project's migrations, and who made the database.
OWNER, SUPERUSER = "postgres", "supabase_admin"
# The default privileges that projects had before 30 October 2026 (new ones before 30 May).
AUTOMATIC_GRANTS = _FOLDER / "automatic_grants.sql"
# What supautils, which the server lacks, lets the owner do.
SUPAUTILS = _FOLDER / "9_supautils.sql"


def seed(*, automatic_grants: bool = False) -> Seed:
    """Return what a hosted project begins with, and its owner.

    automatic_grants: as in older projects, on what is made in public.
    """
    files = tuple(sorted(_FOLDER.glob("[0-9]_*.sql")))
    more = (AUTOMATIC_GRANTS,) if automatic_grants else ()
    return Seed((*files, *more), superuser=SUPERUSER, extensions=stand_ins.all_of_them(), owner=OWNER)


def empty() -> Seed:
    """Return a server with that superuser and those extensions, and nothing else: for the copy of a live database."""
    return Seed(superuser=SUPERUSER, extensions=stand_ins.all_of_them())
