"""Every row of a live database is read: in ranges, over several connections with one snapshot, telling how far it is.

What constraints prove is counted all the same, and amcheck looks at the indexes by which rows are found, where the
extension is installed and the role may call it.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from connect import amcheck, integrity
from connect.passes import Seen
from connect.rules import rules
from pgproof import background, catalog
from pgproof.postgres.bounded import BoundedConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import psycopg

    from connect.integrity import Facts
    from connect.rules import Rule

CONNECTIONS = 4
# Pages of a range: 16 MB, a tenth of a second.
PAGES = 2048
_TELL_SECONDS = 5
# A foreign table has no pages, and what is partitioned has none of its own: both are read in one go.
_TABLES = """
SELECT c.relname::text, pg_relation_size(c.oid) / current_setting('block_size')::int FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
"""
# Reading takes its time, and whoever waits for the others is idle meanwhile.
_HOURS = 6
_PATIENT = f"""
SET LOCAL statement_timeout = '{_HOURS}h'; SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL work_mem = '64MB'
"""
# A unique index that is broken shows no row twice.
_PAST_INDEXES = (
    "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off"
)


class Found(NamedTuple):
    """What was read. advice: what could not be looked at, a sentence each."""

    facts: Facts
    advice: tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """A query. pages: how much it reads. seen: makes what was found of its row. past_indexes: whether to use none."""

    query: str
    pages: int
    seen: Callable[[Sequence[Any]], Mapping[str, Seen]]
    past_indexes: bool = False

    def read(self, connection: psycopg.Connection[Any]) -> Mapping[str, Seen]:
        """Return what is found."""
        with connection.transaction(force_rollback=True):
            if self.past_indexes:
                connection.execute(_PAST_INDEXES)
            return self.seen(connection.execute(self.query.encode()).fetchone() or ())


def read(
    name: str,
    connection: psycopg.Connection[Any],
    found: catalog.Catalog,
    connect: Callable[[], psycopg.Connection[Any]],
    pages: int = PAGES,
) -> Found:
    """Return every fact. Raises psycopg.Error.

    name: of the environment, for the lines on standard error that tell how far it is. connection: in the transaction
    that begin_reading opened. found: its catalog. connect: opens another connection to the same database. pages: of a
    range.
    """
    _be_patient(connection)
    with connection.pipeline():
        of_the_catalog = integrity.ask(connection, found, 0)
    facts = integrity.told(of_the_catalog)
    asked = {each: rule for each, rule in rules(found).items() if not facts[each].missing}
    pieces = list(_pieces(asked, dict(connection.execute(_TABLES)), pages))
    (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
    with ExitStack() as stack:
        readers: list[psycopg.Connection[Any]] = []
        for _ in range(CONNECTIONS):
            reader = stack.enter_context(closing(connect()))
            catalog.begin_reading(reader)
            reader.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'".encode())
            _be_patient(reader)
            readers.append(reader)
        seen = _read(name, readers, pieces)
    checked = amcheck.check(connection)
    facts = {
        each: fact if each not in seen else replace(fact, rows=seen[each].rows, complete=True)
        for each, fact in facts.items()
    }
    facts = {
        each: replace(fact, doubt="; ".join(wrong for table, wrong in checked.wrong if table in asked[each].tables))
        if each in asked
        else fact
        for each, fact in facts.items()
    }
    return Found(facts, checked.advice)


def _be_patient(connection: psycopg.Connection[Any]) -> None:
    if isinstance(connection, BoundedConnection):
        connection.give(3600 * _HOURS)
    connection.execute(_PATIENT.encode())


def _pieces(asked: Mapping[str, Rule], tables: Mapping[str, int], pages: int) -> Iterator[_Piece]:
    """Yield the queries, what takes longest first."""
    for each, rule in asked.items():
        if rule.others:
            query = f"SELECT count(*) FROM ({rule.listing}) AS listed"
            yield _Piece(query, tables.get(rule.table, 1), partial(_counted, each), past_indexes=True)
    for one in integrity.planned(asked).values():
        for within, size in _ranges(tables.get(one.table), pages):
            yield _Piece(one.query(None, within, proved_too=True), size, one.seen)
    query = "SELECT count(*) FROM public.chat_messages"
    size = tables.get("chat_messages", 1)
    yield _Piece(query, size, partial(_counted, integrity.MESSAGES))


def _counted(name: str, row: Sequence[Any]) -> dict[str, Seen]:
    return {name: Seen(row[0], complete=True)}


def _ranges(size: int | None, pages: int) -> Iterator[tuple[str, int]]:
    """Yield the condition of each range of a table, and its pages; the last one has no end, as the table may grow."""
    if size is None:
        yield "true", 1
        return
    for first in range(0, max(size, 1), pages):
        begins = f"t.ctid >= '({first},0)'::tid"
        last = first + pages >= size
        yield (begins if last else f"{begins} AND t.ctid < '({first + pages},0)'::tid"), min(pages, size - first)


def _read(name: str, readers: Sequence[psycopg.Connection[Any]], pieces: Sequence[_Piece]) -> dict[str, Seen]:
    """Return the sums of what all pieces found. What fails, or ends the run, leaves the pieces that are left unread.

    An executor would read them all, for hours, before the process could end.
    """
    left: SimpleQueue[_Piece] = SimpleQueue()
    for piece in pieces:
        left.put(piece)
    # None for a reader that has ended.
    read: SimpleQueue[tuple[int, Mapping[str, Seen]] | None] = SimpleQueue()
    everything = sum(piece.pages for piece in pieces) or 1
    running = [background.started(partial(_take, reader, left, read)) for reader in readers]
    try:
        found = _summed(name, read, everything, len(running))
    finally:
        _drop(left)
        # None may still use a connection that is closed after this.
        failures = [failure for each in running if (failure := each.exception()) is not None]
    for failure in failures:
        raise failure
    return found


def _take(
    reader: psycopg.Connection[Any],
    left: SimpleQueue[_Piece],
    read: SimpleQueue[tuple[int, Mapping[str, Seen]] | None],
) -> None:
    """Read pieces until none is left."""
    try:
        while (piece := _next(left)) is not None:
            read.put((piece.pages, piece.read(reader)))
    finally:
        # Either there are none, or nobody awaits them any more.
        _drop(left)
        read.put(None)


def _next(left: SimpleQueue[_Piece]) -> _Piece | None:
    try:
        return left.get_nowait()
    except Empty:
        return None


def _drop(left: SimpleQueue[_Piece]) -> None:
    while _next(left) is not None:
        pass


def _summed(
    name: str, read: SimpleQueue[tuple[int, Mapping[str, Seen]] | None], everything: int, readers: int
) -> dict[str, Seen]:
    """Return the sums of what is read until all readers have ended, and tell how far it is. everything: in pages."""
    found: dict[str, Seen] = {}
    done, told = 0, time.monotonic()
    while readers:
        one = read.get()
        if one is None:
            readers -= 1
            continue
        pages, seen = one
        for each, (rows, _) in seen.items():
            found[each] = Seen(found.get(each, Seen(0, complete=True)).rows + rows, complete=True)
        done += pages
        if time.monotonic() - told > _TELL_SECONDS:
            told = time.monotonic()
            print(f"{name}: {done * 100 // everything} % of all rows are read", file=sys.stderr, flush=True)
    return found
