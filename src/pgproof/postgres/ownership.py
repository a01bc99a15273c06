"""Sessions of the superuser that act as the owner of a project's database, as the owner's own sessions would."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

# A session gets these when it begins, and the superuser's began with its own.
_SETTINGS = """
SELECT split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) setting
WHERE s.setrole IN (0, %(owner)s::regrole)
  AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
ORDER BY s.setrole <> 0, s.setdatabase <> 0
"""


def hand_over(connection: psycopg.Connection[Any], database: str, owner: str | None) -> None:
    """Give a database to the owner. owner: None for the superuser, who has it already."""
    if owner is not None:
        from psycopg import sql

        command = sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), sql.Identifier(owner))
        connection.execute(command)


@contextmanager
def acting(connection: psycopg.Connection[Any], owner: str | None) -> Iterator[None]:
    """Let a superuser's session be one of the owner meanwhile; after an error it is of no further use.

    It needs no password, unlike a session of the owner's own. owner: None for the superuser.
    """
    if owner is None:
        yield
        return
    from psycopg import sql

    settings = connection.execute(_SETTINGS, {"owner": owner}).fetchall()
    connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(owner)))
    for name, value in settings:
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    yield
    connection.execute("RESET SESSION AUTHORIZATION")
    connection.execute("RESET ALL")
