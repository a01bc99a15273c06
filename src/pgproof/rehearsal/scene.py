"""Where a rehearsal takes place: the platform below the baseline, the owner of the database, the extensions at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from pgproof.postgres.seed import EMPTY
from pgproof.supabase import hosted
from pgproof.supabase.hosted import stand_ins

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from pgproof.postgres.seed import Seed
    from pgproof.rehearsal.config import Config
    from pgproof.rehearsal.copying import Copy
    from pgproof.rehearsal.findings import Result
    from pgproof.scripts.script import Script

_IS_HOSTED = """
SELECT count(*) = 4 FROM pg_roles
WHERE rolname IN ('postgres', 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin')
  AND NOT rolsuper AND to_regnamespace('extensions') IS NOT NULL
  AND to_regprocedure('extensions.supautils_create(text)') IS NULL
"""
_AVAILABLE = "SELECT name, installed_version IS NOT NULL FROM pg_available_extensions"
_STAND_INS = "SELECT name FROM pg_available_extensions WHERE comment LIKE 'stand-in%'"


def chosen(config: Config, copy: Copy | None) -> tuple[Seed, str | None]:
    """Return what the server begins with, and who runs the scripts: None for its superuser.

    A live database brings its own platform; its scripts run as its own `postgres`, whatever that may do there.
    """
    if copy is not None:
        return (EMPTY, None) if copy.by_superuser else (hosted.empty(), hosted.OWNER)
    if config.supabase:
        return hosted.seed(automatic_grants=config.automatic_grants), hosted.OWNER
    return EMPTY, None


def switch_on(connection: psycopg.Connection[Any], scripts: Sequence[Script], result: Result) -> None:
    """Create the extensions that the scripts use and none creates, and note which stand-ins matter.

    connection: of the superuser. An extension that nothing here has makes the rehearsal impossible: it is undecided.
    """
    available = dict(connection.execute(_AVAILABLE).fetchall())
    lacking = list(stand_ins.missing(scripts, available))
    if lacking:
        result.undecided += lacking
        result.decided = False
        return
    given = give(connection, scripts)
    absent = [name for name in ("pgcrypto", "pg_stat_statements") if name not in available]
    if absent and available.get("supabase_vault"):
        result.notes.append(f"every project has {', '.join(absent)}, and this server does not; --pg-version 17 does")
    here = {name for (name,) in connection.execute(_STAND_INS)}
    result.notes += stand_ins.notes(scripts, here, given)


def give(connection: psycopg.Connection[Any], scripts: Sequence[stand_ins.Texts]) -> list[str]:
    """Create the stand-ins of extensions that the scripts use and none creates, and return their names.

    connection: of the superuser.
    """
    available = dict(connection.execute(_AVAILABLE).fetchall())
    given = [name for name in stand_ins.switched_on(scripts) if not available.get(name, True)]
    for name in given:
        connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name)))
        connection.execute("UPDATE pg_extension SET extowner = %s::regrole WHERE extname = %s", [hosted.OWNER, name])
    return given


def help_the_owner(connection: psycopg.Connection[Any]) -> None:
    """Let the copy's owner do what a hosted service does for it, if the copy is one of a hosted project.

    connection: of the superuser.
    """
    if connection.execute(_IS_HOSTED).fetchone() == (True,):
        connection.execute(hosted.SUPAUTILS.read_bytes())
