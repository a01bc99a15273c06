"""How long live traffic stands still while a script runs, and whether anything that was sent is lost."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from psycopg import sql

from pgproof.rehearsal import findings, locking, locks, online, timeline, traffic
from pgproof.rehearsal.steps import apply
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.footprint import Footprint
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.rehearsal.timeline import Timeline
    from pgproof.rehearsal.traffic import Worker, Workload
    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Script

_DEADLOCK, _LOCK_TIMEOUT = "40P01", "55P03"
_PORTION = 100_000
_KINDS = """
SELECT n.nspname || '.' || c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname || '.' || c.relname = ANY (%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
"""


@dataclass(frozen=True)
class Stall:
    """One script under traffic. Times are in milliseconds; usual: the longest send before the script began.

    messages: rows at the start, None where the traffic is locks only. lost: how many were acknowledged and are not
    stored afterwards. errors: of sends and reads. deadlocks: between the script and a send, whichever failed.
    failure: of the script. timeline: each send and each lock, for a picture.
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
    timeline: Timeline | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the stall as a JSON object, with the failure's message."""
        plain = {**asdict(replace(self, failure=None)), "failure": self.failure and self.failure.message}
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in plain.items()}


@contextmanager
def grown(rehearsal: Rehearsal, messages: int) -> Iterator[str]:
    """Yield the name of a database: the baseline with so many rows in the table that sends write. Needs a workload."""
    workload = rehearsal.workload
    assert workload is not None, "somebody has to be able to send"

    def fill(connection: psycopg.Connection[Any]) -> None:
        missing = messages - workload.count(connection)
        # In batches, each well within the time that a statement may take.
        for first in range(1, missing + 1, _PORTION):
            workload.grow(connection, first, min(first + _PORTION - 1, missing))
        table = sql.Identifier(*workload.table.split(".", 1))
        connection.execute(sql.SQL("VACUUM ANALYZE {}").format(table))

    with rehearsal.server.made(rehearsal.base, fill) as name:
        yield name


def measure(rehearsal: Rehearsal, base: str | None = None) -> Iterator[Stall]:
    """Run each script, up and then down, under traffic, and yield its stall. base: the database to begin with.

    A script that locks nothing while sending is impossible is run, and has no stall; one that gives up after its
    lock_timeout is run again without traffic, for those after it. Raises UsageError if the traffic does not flow.
    """
    way = [*rehearsal.ups, *rehearsal.downs]
    # Before the traffic: the footprints need databases of their own.
    footprints = [locking.footprints(rehearsal, way[:place], script) for place, script in enumerate(way)]
    with rehearsal.server.clone(base or rehearsal.base) as database:
        for script, ours in zip(way, footprints, strict=True):
            stall = _one(rehearsal.workload, database, script, ours)
            if stall is not None:
                yield stall
            if stall is None or (stall.failure is not None and stall.failure.sqlstate == _LOCK_TIMEOUT):
                apply(database, script)


def _locked(connection: psycopg.Connection[Any], footprints: Sequence[Footprint]) -> dict[str, str]:
    """Return those relations on which a script takes a strong lock, and the kind of each, as pg_class has it."""
    names = {name for each in footprints for name, mode in each.locks.items() if mode in locks.STRONG}
    found = connection.execute(_KINDS, [sorted(names)]).fetchall()
    return dict(found)


def _one(
    workload: Workload | None,
    database: Database,
    script: Script,
    footprints: Sequence[Footprint],
) -> Stall | None:
    with database.connect() as connection:
        people = traffic.workers(workload, connection)
        count = workload.count(connection) if workload is not None and people else None
        locked = _locked(connection, footprints)
        people = people or traffic.on_relations(locked)
        if not people:
            # Those that follow in the chain need what it does.
            running.run(connection, script)
            return None
        watch = timeline.LockWatch(connection, footprints, locked)
        with traffic.flowing(database, people):
            begun = time.monotonic()
            failure = running.run(connection, script, before=watch.before, after=watch.after).failure
            ended = time.monotonic()
            watch.end()
    with database.connect() as connection:
        acknowledged = [key for person in people for key in person.done]
        stored = workload.stored(connection, acknowledged) if workload is not None and acknowledged else 0
    stall = _summed_up(
        script, people, span=(begun, ended), messages=count, lost=len(acknowledged) - stored, failure=failure
    )
    return replace(stall, timeline=timeline.of(people, begun, ended, watch))


def _summed_up(
    script: Script,
    people: Sequence[Worker],
    *,
    span: tuple[float, float],
    messages: int | None,
    lost: int,
    failure: Failure | None,
) -> Stall:
    begun, ended = span
    return Stall(
        str(script.path),
        messages,
        (ended - begun) * 1000,
        max((person.longest(begun, ended) for person in people if person.sends), default=0.0),
        max((person.longest(begun, ended) for person in people if not person.sends), default=0.0),
        max((person.longest(0, begun) for person in people if person.sends), default=0.0),
        sum(len(person.done) for person in people),
        lost,
        tuple(error for person in people for error in person.errors),
        sum(person.deadlocks for person in people) + (failure is not None and failure.sqlstate == _DEADLOCK),
        failure,
    )


def judge(stall: Stall, script: Script, bound: float | None) -> Iterator[Finding]:
    """Yield findings on lost or failed sends, deadlocks, a failed script, and a send longer than the bound.

    bound: in milliseconds, None for none. A script that gives up after its lock_timeout is not a finding: that is what
    the timeout is for.
    """
    size = "" if stall.messages is None else f" (at {stall.messages} messages)"
    if stall.lost:
        yield findings.about("lost", script.path, f"{stall.lost} acknowledged messages are not stored{size}")
    if stall.deadlocks:
        what = f"it deadlocked with a send {stall.deadlocks} times{size}, and one of the two failed each time"
        yield findings.about("deadlocks", script.path, what)
    elif stall.failure is not None and stall.failure.sqlstate != _LOCK_TIMEOUT:
        yield findings.failed(stall.failure, more=f" (under live traffic{size})")
    if stall.errors:
        what = f"{len(stall.errors)} sends or reads failed while it ran{size}, the first with: {stall.errors[0]}"
        yield findings.about("send-fails", script.path, what)
    if bound is not None and stall.longest_send_ms > bound:
        what = f"the longest send waited {stall.longest_send_ms:.0f} ms, longer than the bound of {bound:g} ms{size}"
        where, advice = online.instead(script)
        line = None if where is None else where.line
        yield findings.Finding("stall", what, str(script.path), line, advice)
