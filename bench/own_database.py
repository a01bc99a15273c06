"""What it costs a test to write without disturbing others: a migrated database of its own, or a rolled-back write."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg

from bench.measure import Row, in_turns, seconds
from connect.project import PROJECT, REPLICAS
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Step = Callable[[], dict[str, float]]

_PROD = REPLICAS["prod"]
_OWN, _OWN_DROP = "own", "own drop"
_BARE, _BARE_DROP, _DEFAULT, _CONNECTED, _ROLLED_BACK = "bare", "bare drop", "default", "connected", "rolled back"
_WRITE = "UPDATE public.chats SET id = id"


def rows() -> Iterator[Row]:
    """Yield the times, compared with the bare statement that copies the same template on the same server."""
    with closing(acquire(seed=PROJECT.seed)) as server, closing(Templates(server)) as templates:
        first = seconds(lambda: templates.ensure(_PROD, "aligned"))
        template = templates.ensure(_PROD, "aligned")

        def open_one(name: str) -> psycopg.Connection[Any]:
            connection: psycopg.Connection[Any] = psycopg.connect(server.conninfo(name), autocommit=True)
            return connection

        with open_one("postgres") as admin:
            samples = in_turns(
                lambda: _own(templates),
                lambda: _bare(admin, f"CREATE DATABASE bare TEMPLATE {template} STRATEGY file_copy", _BARE, _BARE_DROP),
                lambda: _bare(admin, f"CREATE DATABASE bare TEMPLATE {template}", _DEFAULT),
                lambda: _dropped_while_connected(templates),
                each=10,
            )
        with templates.clone(_PROD, "aligned") as conninfo, psycopg.connect(conninfo, autocommit=True) as connection:
            rolled_back = in_turns(lambda: _rolled_back(connection), each=10)
    yield Row("bare CREATE DATABASE … TEMPLATE", samples[_BARE])
    yield Row("a test's own migrated database", samples[_OWN], against=samples[_BARE], bound=1.3)
    yield Row("  against the server's default strategy", samples[_OWN], against=samples[_DEFAULT])
    yield Row("bare DROP DATABASE", samples[_BARE_DROP])
    yield Row("a test's own database dropped", samples[_OWN_DROP], against=samples[_BARE_DROP])
    yield Row("  with a client still connected", samples[_CONNECTED], against=samples[_BARE_DROP])
    yield Row("a write, rolled back", rolled_back[_ROLLED_BACK], against=samples[_BARE])
    yield Row("the template made, once per server (one round)", [first])


def _own(templates: Templates) -> dict[str, float]:
    clone = templates.clone(_PROD, "aligned")
    return {_OWN: seconds(clone.__enter__), _OWN_DROP: seconds(lambda: clone.__exit__(None, None, None))}


def _dropped_while_connected(templates: Templates) -> dict[str, float]:
    clone = templates.clone(_PROD, "aligned")
    with psycopg.connect(clone.__enter__(), autocommit=True) as connection:
        connection.execute("SELECT 1")
        return {_CONNECTED: seconds(lambda: clone.__exit__(None, None, None))}


def _bare(admin: psycopg.Connection[Any], statement: str, create: str, drop: str = "") -> dict[str, float]:
    taken = {create: seconds(lambda: admin.execute(statement.encode()))}
    dropped = seconds(lambda: admin.execute("DROP DATABASE bare"))
    return {**taken, drop: dropped} if drop else taken


def _rolled_back(connection: psycopg.Connection[Any]) -> dict[str, float]:
    def write() -> None:
        with connection.transaction(force_rollback=True):
            connection.execute(_WRITE)

    return {_ROLLED_BACK: seconds(write)}
