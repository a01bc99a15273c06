"""A database that is not a replica of an environment: a new one for some scripts, or one of the user's own."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from stack import replica
from stack.database import Database, first_line
from stack.replica import Replica, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PREFIX = "STACK"
_NAME = "stack"


@contextmanager
def new(scripts: Sequence[Path], version: int = 17) -> Iterator[Replica]:
    """Yield a new database with Supabase's platform and these scripts, on a server that ends with the context.

    The scripts run as the owner that a hosted project has, no superuser.

    Its users who have no password get the announced one. Raises UsageError if a script fails.
    """
    import psycopg

    with ExitStack() as opened:
        server = replica.platforms_server(version)
        opened.callback(server.close)
        owner = server.seed.owner
        with psycopg.connect(server.conninfo("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {_NAME} TEMPLATE {replica.PLATFORMS_DATABASE}".encode())
            replica.hand_over(admin, _NAME, owner)
        with psycopg.connect(server.conninfo(_NAME), autocommit=True) as connection:
            replica.run(connection, scripts, owner)
            replica.give_password(connection, only_without=True)
            replica.give_identities(connection)
            people = replica.people(connection)
            chats = replica.chats(connection)
        parameters, administrator = dict(server.parameters), server.seed.superuser
        parameters.pop("user", None)
        yield Replica(
            "A database of its own", _PREFIX, _PREFIX, administrator,
            Database({**parameters, "dbname": _NAME}, administrator, owner), people, chats,
        )  # fmt: skip


@contextmanager
def given(dsn: str, scripts: Sequence[Path]) -> Iterator[Replica]:
    """Yield a database of the user's own, after these scripts. dsn: of its administrator.

    Where there is no schema auth, Supabase's platform is put in first. No password is changed. Raises UsageError.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parameters = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
        with psycopg.connect(dsn, autocommit=True) as connection:
            parameters["dbname"] = connection.info.dbname
            administrator = connection.info.user
            if connection.execute("SHOW wal_level").fetchone() != ("logical",):
                said = (
                    "the server of --dsn has another wal_level than logical, which realtime needs; set it and restart"
                )
                raise UsageError(said)
            missing = connection.execute("SELECT to_regclass('auth.users') IS NULL").fetchone() == (True,)
            replica.run_as_they_are(connection, [*([replica.PLATFORM] if missing else []), *scripts])
            people, chats = replica.people(connection), replica.chats(connection)
        parameters.pop("user", None)
        database = Database(parameters, administrator)
        psycopg.connect(database.conninfo("authenticator")).close()
    except psycopg.Error as error:
        raise UsageError(
            f"the database of --dsn cannot be used as its administrator and as authenticator, with one password:"
            f" {first_line(error)}"
        ) from None
    yield Replica("Your database", _PREFIX, _PREFIX, administrator, database, people, chats)
