"""How much longer a live verification and 004 take of millions of messages than of 183, analysed and not."""

from __future__ import annotations

from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench.beside import guide
from bench.measure import CouldNotRun, Line, Row, in_turns, seconds
from connect import paths
from connect.project import PROJECT, REPLICAS
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates
from pgproof.scripts import migration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# The last one is measured twice.
SIZES = (1_000_000, 5_000_000)
_SAMPLE = "183"
_FILL = Path(__file__).with_name("many_messages.sql").read_text()
# Until it is measured after ANALYZE, nothing is known about the rows.
_UNKNOWN = "ALTER TABLE public.{} SET (autovacuum_enabled = off)"
_TABLES = ("chats", "chat_participants", "chat_messages")
_MORE = 0.5


def rows(sizes: tuple[int, ...] = SIZES) -> Iterator[Row | Line]:
    """Yield the times of both, and what each number of messages adds to them in the same round."""
    with ExitStack() as stack:
        server = stack.enter_context(closing(acquire(seed=PROJECT.seed)))
        templates = stack.enter_context(closing(Templates(server)))
        dsns: dict[str, str] = {}
        for size in (0, *sizes):
            conninfo = stack.enter_context(templates.clone(REPLICAS["prod"], "aligned"))
            with psycopg.connect(conninfo, autocommit=True) as connection:
                _fill(connection, size)
            dsns[f"{size:,}" if size else _SAMPLE] = guide.as_verifier(conninfo)
        yield from _measured(dsns)
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
        largest = f"{sizes[-1]:,}"
        yield from _measured({_SAMPLE: dsns[_SAMPLE], f"{largest}, analysed": dsns[largest]})


def _fill(connection: psycopg.Connection[tuple[object, ...]], size: int) -> None:
    for table in _TABLES:
        connection.execute(_UNKNOWN.format(table).encode())
    if size:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(_FILL.encode())
        connection.execute(f"CALL pg_temp.fill({size})".encode())


def _measured(dsns: Mapping[str, str]) -> Iterator[Row | Line]:
    for title, dsn in dsns.items():
        said = ", ".join(guide.live(dsn).undecided) or "nothing"
        yield Line(f"{title} messages: not decided in time", said)
    steps: dict[str, Callable[[str], object]] = {
        "pytest -m schema --live": guide.live,
        "004_validation.sql": _validated,
    }
    for what, step in steps.items():
        taken = in_turns(*(partial(_timed, step, title, dsn) for title, dsn in dsns.items()))
        first = taken[_SAMPLE]
        for title, values in taken.items():
            yield Row(f"{what}, {title}", values)
            if title != _SAMPLE:
                more = [value - other for value, other in zip(values, first, strict=True)]
                yield Row("  more than of 183", more, bound=_MORE)


def _timed(step: Callable[[str], object], title: str, dsn: str) -> dict[str, float]:
    return {title: seconds(lambda: step(dsn))}


def _validated(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = migration.apply(connection, paths.VALIDATION).rows
    if wrong := [row[0] for row in found if row[1] == "✗ FAIL"]:
        raise CouldNotRun(f"004_validation.sql fails: {', '.join(wrong)}")
