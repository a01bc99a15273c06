"""How long live traffic stands still while a script runs, and whether anything that was sent is lost."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from harness.rehearsal import findings, locking, online, running, traffic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from harness.rehearsal.findings import Finding
    from harness.rehearsal.running import Failure
    from harness.rehearsal.stages import Rehearsal
    from harness.rehearsal.traffic import Person
    from harness.rehearsal.workshop import Database
    from harness.script import Script

_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"
_PORTION = 100_000
_COUNT = "SELECT count(*) FROM public.chat_messages"
_STORED = "SELECT client_generated_id::text FROM public.chat_messages WHERE client_generated_id = ANY (%s::uuid[])"
# With triggers and foreign keys asleep, as a restored dump is loaded; numbered far above what is there.
_GROW = """
SET session_replication_role = replica;
INSERT INTO public.chat_messages
    (chat_id, sender_id, message_text, seq, client_generated_id, status, created_at, updated_at)
  SELECT m.chats[1 + n % m.number], m.users[1 + n % m.number], 'message ' || n, 1000000000 + n, gen_random_uuid(),
    'read',
    timestamptz '2025-01-01' + n * interval '1 second', timestamptz '2025-01-01' + n * interval '1 second'
  FROM (SELECT array_agg(chat_id ORDER BY id) AS chats, array_agg(user_id ORDER BY id) AS users, count(*) AS number
        FROM public.chat_participants WHERE chat_id IS NOT NULL AND user_id IS NOT NULL) AS m,
    generate_series({}, {}) AS n;
RESET session_replication_role
"""


@dataclass(frozen=True)
class Stall:
    """One script under traffic. Times in milliseconds; usual: the longest send before the script began.

    messages: None where the traffic is locks, not messages. lost: acknowledged, and not stored afterwards. errors: of
    sends and reads. deadlocks: those that the script and a send came to, whichever failed. failure: the script's own.
    """

    file: str
    messages: int | None
    script_ms: float
    longest_send_ms: float
    longest_read_ms: float
    usual_ms: float
    sends: int
    lost: int
    errors: tuple[str, ...]
    deadlocks: int
    failure: Failure | None

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        plain = {**asdict(replace(self, failure=None)), "failure": self.failure and self.failure.message}
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in plain.items()}


@contextmanager
def grown(rehearsal: Rehearsal, messages: int) -> Iterator[str]:
    """The name of a database that is the baseline with so many messages; it has to have chats."""

    def fill(connection: psycopg.Connection[Any]) -> None:
        found = connection.execute(_COUNT).fetchone()
        missing = messages - (found[0] if found else 0)
        # In portions, each well within the time that a statement may take.
        for begin in range(1, missing + 1, _PORTION):
            connection.execute(_GROW.format(begin, min(begin + _PORTION - 1, missing)).encode())
        connection.execute("VACUUM ANALYZE public.chat_messages")

    with rehearsal.workshop.made(rehearsal.base, fill) as name:
        yield name


def measure(rehearsal: Rehearsal, base: str | None = None) -> Iterator[Stall]:
    """Each script, up and then down, run under traffic. base: the database to begin with, if not the baseline."""
    way = [*rehearsal.ups, *rehearsal.downs]
    locked = _locked(rehearsal, way)
    with rehearsal.workshop.clone(base or rehearsal.base) as database:
        for script in way:
            stall = _one(database, script, locked[str(script.path)])
            if stall is not None:
                yield stall


def _locked(rehearsal: Rehearsal, way: Sequence[Script]) -> dict[str, list[str]]:
    """The tables that each script locks against writers."""
    strong = locking.MODES[locking.MODES.index("ShareUpdateExclusiveLock") :]
    tables = rehearsal.picture(()).columns
    return {
        str(script.path): sorted(
            {
                name
                for each in locking.footprints(rehearsal, way[:place], script)
                for name, mode in each.locks.items()
                if mode in strong and name in tables
            }
        )
        for place, script in enumerate(way)
    }


def _one(database: Database, script: Script, tables: list[str]) -> Stall | None:
    with database.connect() as connection:
        people = traffic.messaging(connection)
        count = connection.execute(_COUNT).fetchone() if people else None
        people = people or traffic.on_tables(tables)
        if not people:
            return None
        with traffic.flowing(database, people):
            begun = time.monotonic()
            failure = running.run(connection, script).failure
            ended = time.monotonic()
    with database.connect() as connection:
        return _summed_up(
            connection, script, people, span=(begun, ended), messages=count[0] if count else None, failure=failure
        )


def _summed_up(
    connection: psycopg.Connection[Any],
    script: Script,
    people: Sequence[Person],
    *,
    span: tuple[float, float],
    messages: int | None,
    failure: Failure | None,
) -> Stall:
    begun, ended = span
    acknowledged = [key for person in people for key in person.done]
    stored = connection.execute(_STORED, [acknowledged]).fetchall() if acknowledged else []
    return Stall(
        str(script.path),
        messages,
        (ended - begun) * 1000,
        max(person.longest(begun, ended) for person in people if person.sends),
        max(person.longest(begun, ended) for person in people if not person.sends),
        max(person.longest(0, begun) for person in people if person.sends),
        len(acknowledged),
        len(acknowledged) - len(stored),
        tuple(error for person in people for error in person.errors),
        sum(person.deadlocks for person in people) + (failure is not None and failure.sqlstate == _DEADLOCK),
        failure,
    )


def judge(stall: Stall, script: Script, bound: float | None) -> Iterator[Finding]:
    """A send that failed or is gone; one that waited for longer than the bound, with the way round it.

    That a script gives up when its lock_timeout ends is no finding: it is there for that.
    """
    size = "" if stall.messages is None else f" (at {stall.messages} messages)"
    if stall.lost:
        yield findings.about("lost", script.path, f"{stall.lost} acknowledged messages are not there{size}")
    if stall.deadlocks:
        what = f"{stall.deadlocks} times it and a send waited for each other{size}, and one of the two failed"
        yield findings.about("deadlocks", script.path, what)
    elif stall.failure is not None and stall.failure.sqlstate != _LOCK_TIMEOUT:
        yield stall.failure.finding(more=f" (under live traffic{size})")
    if stall.errors:
        what = f"{len(stall.errors)} failed while it ran{size}, the first with: {stall.errors[0]}"
        yield findings.about("send-fails", script.path, what)
    if bound is not None and stall.longest_send_ms > bound:
        what = f"the longest send waited {stall.longest_send_ms:.0f} ms, the bound is {bound:g} ms{size}"
        where, advice = online.instead(script)
        line = None if where is None else where.line
        yield findings.Finding("stall", what, str(script.path), line, advice)
