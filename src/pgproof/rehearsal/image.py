"""Rehearsals in a container: the database that they begin with is what the image holds, or is made there.

An image such as supabase/postgres has the platform already, with the real extensions. In the official image of
PostgreSQL the seed's own files make it, as far as the image has what they need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.errors import UsageError, first_line
from pgproof.postgres import container
from pgproof.postgres.cluster import BASE
from pgproof.scripts.migration import ScriptError

if TYPE_CHECKING:
    from pgproof.postgres.private import PrivateServer
    from pgproof.postgres.seed import Seed

# What no other image has.
_HAS_PLATFORM = "SELECT to_regnamespace('auth') IS NOT NULL AND to_regrole('supabase_auth_admin') IS NOT NULL"
# Background workers of its extensions would come back at once.
_ALONE = (
    "ALTER DATABASE postgres ALLOW_CONNECTIONS false",
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = 'postgres' AND pid <> pg_backend_pid()",
)


def started(postgres: str, version: int, seed: Seed) -> PrivateServer:
    """Return a private server of this image, whose base database is made. Raises UsageError.

    postgres: "container" or "container:IMAGE". version: major, of the official image. seed: what an image has to
    be given that lacks it.
    """
    server = container.acquire_private(postgres, version, seed)
    try:
        _make_base(server, container.image_of(postgres, version), seed)
    except BaseException:
        server.close()
        raise
    return server


def _make_base(server: PrivateServer, image: str, seed: Seed) -> None:
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as found:
        has_platform = found.execute(_HAS_PLATFORM).fetchone() == (True,)
    with psycopg.connect(server.conninfo("template1"), autocommit=True) as connection:
        if seed.files and has_platform:
            _copy_platform(connection)
            return
        connection.execute(f"CREATE DATABASE {BASE} TEMPLATE template0")
    with psycopg.connect(server.conninfo(BASE)) as connection:
        try:
            seed.fill(connection)
        except ScriptError as error:
            raise UsageError(
                f"{image} cannot hold what a hosted project has ({first_line(error)});"
                " name supabase/postgres:VERSION, or rehearse with --platform none"
            ) from None


def _copy_platform(connection: psycopg.Connection[Any]) -> None:
    for command in _ALONE:
        connection.execute(command)
    connection.execute(f"CREATE DATABASE {BASE} TEMPLATE postgres")
    connection.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS true")
