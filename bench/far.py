"""Both environments judged live (schema, security, parity), 100 ms away and here, as whole processes."""

from __future__ import annotations

import secrets
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.link import link
from bench.measure import Row, in_turns, seconds
from bench.surroundings import python
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates
from pgproof.scripts import migration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.link import Link

_RUN = ("-m", "pytest", "-m", "schema or security or parity", "--live", "-q")
_ROLE = "connect_verifier"
_ROUND_TRIP = 0.1
_BOUND = 2.0
_FAR, _HERE = "far", "here"
# As on a hosted project: whoever reads logs in with a password, which costs two round trips more.
_RULES = f"local all {_ROLE} scram-sha-256\nlocal all all trust"


def rows() -> Iterator[Row]:
    """Yield the times of both runs, and how often one connection of a run waits for the way."""
    links: list[Link] = []
    with ExitStack() as stack:
        databases = stack.enter_context(_databases())

        def run(name: str, round_trip: float) -> dict[str, float]:
            with ExitStack() as opened:
                dsns: dict[str, str] = {}
                for environment, parameters in databases.items():
                    way = opened.enter_context(link(str(parameters["host"]), round_trip=round_trip))
                    links.append(way)
                    reached = make_conninfo("", **{**parameters, "host": "127.0.0.1", "port": way.port})
                    dsns[f"CONNECT_{environment.upper()}_DSN"] = reached
                return {name: seconds(lambda: python(*_RUN, cwd=paths.ROOT, **dsns))}

        samples = in_turns(lambda: run(_FAR, _ROUND_TRIP), lambda: run(_HERE, 0.0))
    yield Row(f"judged over {_ROUND_TRIP * 1000:.0f} ms", samples[_FAR], bound=_BOUND)
    yield Row("judged here", samples[_HERE])
    yield Row("  far against here", samples[_FAR], against=samples[_HERE])
    yield Row("round trips of one environment", [each.round_trips / each.connections for each in links], "")
    yield Row("connections of one environment", [each.connections for each in links], "")


@contextmanager
def _databases() -> Iterator[dict[str, dict[str, str | int | None]]]:
    """Yield how the role for live runs reaches an aligned database of each environment, by its password."""
    password = secrets.token_hex()
    with (
        closing(acquire(seed=PROJECT.seed)) as server,
        closing(Templates(server)) as templates,
        ExitStack() as stack,
    ):
        clones = {
            name: stack.enter_context(templates.clone(environment, "aligned")) for name, environment in REPLICAS.items()
        }
        for conninfo in clones.values():
            with psycopg.connect(conninfo, autocommit=True) as connection:
                migration.apply(connection, paths.SQL / "verifier_role.sql")
        with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(_ROLE), password))
            # The server itself writes it, as the file is its own.
            write = b"COPY (SELECT unnest(string_to_array(%s, chr(10)))) TO PROGRAM 'cat > pg_hba.conf'"
            psycopg.ClientCursor(connection).execute(write, [_RULES])
            connection.execute("SELECT pg_reload_conf()")
        yield {
            name: {**conninfo_to_dict(conninfo), "user": _ROLE, "password": password}
            for name, conninfo in clones.items()
        }
