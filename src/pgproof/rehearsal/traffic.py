"""Live traffic on a database: sessions that send and read without pause, and how long each had to wait.

Where a project has a Workload that fits the database, a send and a read are what its people do. Anywhere else they are
the locks that an insert and a select of a table would take.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg import sql

from pgproof.errors import UsageError
from pgproof.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pgproof.rehearsal.scratch_server import Database

    Act = Callable[[psycopg.Connection[Any]], str | None]

# People are not a benchmark; this many seconds pass between two sends of one sender.
_PAUSE = 0.002


@dataclass
class Worker:
    """One session that does the same thing over and over. spans: when each began and ended. done: what it returned.

    errors: what else it met. deadlocks: how often it was ended because somebody waited for it as it waited for them.
    """

    act: Act
    sends: bool
    spans: list[tuple[float, float]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    deadlocks: int = 0

    def work(self, connection: psycopg.Connection[Any], stop: threading.Event) -> None:
        """Until told to stop. An error is noted, and the next attempt made."""
        while not stop.wait(_PAUSE):
            begun = time.monotonic()
            try:
                result = self.act(connection)
                if result is not None:
                    self.done.append(result)
            except psycopg.errors.DeadlockDetected:
                self.deadlocks += 1
            except psycopg.Error as error:
                self.errors.append((error.diag.message_primary or str(error)).splitlines()[0])
                if connection.closed:
                    return
            self.spans.append((begun, time.monotonic()))

    def longest(self, begun: float, ended: float) -> float:
        """The longest that it waited within this time, in milliseconds."""
        return max((b - a for a, b in self.spans if b > begun and a < ended), default=0.0) * 1000


class Workload(Protocol):
    """How people use the tables of a project: each method gets a session of the database that is rehearsed on.

    table: with its schema, the one that a send writes first. rows: what its rows are called in a sentence.
    """

    table: str
    rows: str

    def workers(self, connection: psycopg.Connection[Any]) -> list[Worker]:
        """Return at least one who sends and one who reads; nobody where the tables are not there or hold nobody."""

    def count(self, connection: psycopg.Connection[Any]) -> int:
        """Return how many rows the table of the sends holds."""

    def grow(self, connection: psycopg.Connection[Any], first: int, last: int) -> None:
        """Add rows with these numbers, as a restored dump is loaded: past triggers and foreign keys."""

    def stored(self, connection: psycopg.Connection[Any], keys: Sequence[str]) -> int:
        """Return how many of the sends that returned these keys are there."""


def workers(workload: Workload | None, connection: psycopg.Connection[Any]) -> list[Worker]:
    """Return the people of a workload, nobody for none."""
    return [] if workload is None else workload.workers(connection)


def on_tables(tables: Sequence[str]) -> list[Worker]:
    """One who would write and one who would read, for each table."""

    def lock(table: str, mode: str) -> Act:
        query = sql.SQL("LOCK TABLE {} IN " + mode + " MODE").format(sql.Identifier(*table.split(".", 1)))

        def act(session: psycopg.Connection[Any]) -> None:
            with session.transaction():
                session.execute(query)

        return act

    modes = (("ROW EXCLUSIVE", True), ("ACCESS SHARE", False))
    return [Worker(lock(table, mode), sends) for table in tables for mode, sends in modes]


@contextmanager
def flowing(database: Database, people: Sequence[Worker]) -> Iterator[None]:
    """Everybody is at work when this is entered, and has done something after its body when it is left."""
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
                "the traffic did not go on after a script; set CONNECT_TIME_UNIT above 1 on a slow machine"
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        for connection in connections:
            connection.close()
