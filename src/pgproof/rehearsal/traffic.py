"""Live traffic on a database: sessions that send and read all the time, and how long each had to wait.

If a project has a Workload that fits the database, a send and a read are what its users do. Otherwise they are the
locks that an insert into a table and a select from it would take.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg import sql

from pgproof.errors import UsageError, first_line
from pgproof.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pgproof.rehearsal.database import Database

    Act = Callable[[psycopg.Connection[Any]], str | None]

# Kinds of relations (pg_class.relkind): whom people write to, and whom they only read here: views, materialized views
# and foreign tables, which may lead to a table that somebody else's trigger watches.
_TABLES, _READ = ("r", "p"), ("v", "m", "f")
# Seconds between two sends of one sender: people are not a benchmark.
_PAUSE = 0.002


@dataclass
class Worker:
    """One session that does the same thing again and again.

    act: what it does; returns a key if something is to be stored. sends: whether it writes. spans: when each act began
    and ended, in monotonic seconds. done: the keys. errors: all but deadlocks. deadlocks: how often it was the victim.
    """

    act: Act
    sends: bool
    spans: list[tuple[float, float]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    deadlocks: int = 0

    def work(self, connection: psycopg.Connection[Any], stop: threading.Event) -> None:
        """Act again and again until `stop` is set or the connection is lost. An error is noted."""
        while not stop.wait(_PAUSE):
            begun = time.monotonic()
            try:
                result = self.act(connection)
                if result is not None:
                    self.done.append(result)
            except psycopg.errors.DeadlockDetected:
                self.deadlocks += 1
            except psycopg.Error as error:
                self.errors.append(first_line(error))
                if connection.closed:
                    return
            self.spans.append((begun, time.monotonic()))

    def longest(self, begun: float, ended: float) -> float:
        """Return the longest act within this time, in milliseconds. begun, ended: in monotonic seconds."""
        return max((b - a for a, b in self.spans if b > begun and a < ended), default=0.0) * 1000


class Workload(Protocol):
    """How people use the tables of a project: each method gets a session of the database that is rehearsed on.

    table: with its schema, the one that a send writes first. rows: what its rows are called in a sentence.
    """

    table: str
    rows: str

    def workers(self, connection: psycopg.Connection[Any]) -> list[Worker]:
        """Return at least one who sends and one who reads; nobody if the tables do not exist or have no users."""

    def count(self, connection: psycopg.Connection[Any]) -> int:
        """Return how many rows the table of the sends holds."""

    def grow(self, connection: psycopg.Connection[Any], first: int, last: int) -> None:
        """Add rows with the numbers first to last, bypassing triggers and foreign keys as a restored dump does."""

    def stored(self, connection: psycopg.Connection[Any], keys: Sequence[str]) -> int:
        """Return how many of the sends that returned these keys are stored."""


def workers(workload: Workload | None, connection: psycopg.Connection[Any]) -> list[Worker]:
    """Return the people of a workload, nobody without a workload."""
    return [] if workload is None else workload.workers(connection)


def on_relations(relations: Mapping[str, str]) -> list[Worker]:
    """Return one who would read each relation, and for each table one who would write; they only take those locks.

    relations: the kind of each (pg_class.relkind) by its name with the schema. LOCK TABLE knows only tables and views,
    and what it locks is not read. Of everything else a query is planned, which takes the same lock.
    """

    def lock(name: str, mode: str) -> Act:
        query = sql.SQL("LOCK TABLE {} IN " + mode + " MODE").format(sql.Identifier(*name.split(".", 1)))

        def act(session: psycopg.Connection[Any]) -> None:
            with session.transaction():
                session.execute(query)

        return act

    def plan(name: str) -> Act:
        query = sql.SQL("EXPLAIN SELECT FROM {}").format(sql.Identifier(*name.split(".", 1)))

        def act(session: psycopg.Connection[Any]) -> None:
            session.execute(query)

        return act

    people = []
    for name, kind in relations.items():
        if kind in _TABLES:
            people += [
                Worker(_while_it_exists(lock(name, mode)), sends)
                for mode, sends in (("ROW EXCLUSIVE", True), ("ACCESS SHARE", False))
            ]
        elif kind in _READ:
            people.append(Worker(_while_it_exists(plan(name)), False))
    return people


def _while_it_exists(act: Act) -> Act:
    """Return an act that does nothing once its relation has another name or is gone: other checks tell that."""

    def acting(session: psycopg.Connection[Any]) -> str | None:
        try:
            return act(session)
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return None

    return acting


@contextmanager
def flowing(database: Database, people: Sequence[Worker]) -> Iterator[None]:
    """Let everybody work around the body: 20 acts each before it, 3 each after it.

    Raises UsageError if the traffic does not get going, or does not go on afterwards.
    """
    stop = threading.Event()
    connections = [psycopg.connect(database.conninfo, autocommit=True) for _ in people]
    threads = [
        threading.Thread(target=person.work, args=(connection, stop), daemon=True)
        for person, connection in zip(people, connections, strict=True)
    ]
    for thread in threads:
        thread.start()

    def everybody(number: int, since: float = 0.0) -> bool:
        return all(
            sum(a >= since for a, _ in person.spans) >= number or not thread.is_alive()
            for person, thread in zip(people, threads, strict=True)
        )

    try:
        if not eventually(lambda: everybody(20)):
            raise UsageError("the traffic did not get going; set CONNECT_TIME_UNIT above 1 on a slow machine")
        yield
        ended = time.monotonic()
        if not eventually(lambda: everybody(3, ended), 30):
            raise UsageError(
                "the traffic did not continue after a script; set CONNECT_TIME_UNIT above 1 on a slow machine"
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        for connection in connections:
            connection.close()
