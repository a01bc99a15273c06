"""What happened while a script ran, for a picture: each send, and how long each lock was held, on one time axis."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from pgproof.rehearsal import locks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from pgproof.rehearsal.footprint import Footprint
    from pgproof.rehearsal.traffic import Worker
    from pgproof.scripts.script import Statement

# How many sends are kept; a picture cannot show more side by side.
MOST_SENDS = 300
# What is shown before and after the script, as a part of its time, and at least so many seconds.
_MARGIN, _LEAST = 0.4, 0.015


@dataclass(frozen=True)
class LockSpan:
    """One lock. Milliseconds since the script began: from the statement that takes it to the end of its transaction."""

    table: str
    mode: str
    begun: float
    ended: float


@dataclass(frozen=True)
class Timeline:
    """Sends and locks around a script; all times are in milliseconds since it began, so those before are negative.

    sends: when each began and how long it took. left_out: how many shorter ones are not among them. ended: the script.
    """

    ended: float
    sends: tuple[tuple[float, float], ...]
    left_out: int
    locks: tuple[LockSpan, ...]


@dataclass
class LockWatch:
    """Notes when the statements of a script take and release their locks; hand before and after to running.run().

    footprints: of the script's statements. tables: those whose locks count.
    """

    connection: psycopg.Connection[Any]
    footprints: Iterable[Footprint]
    tables: Collection[str]
    spans: list[tuple[str, str, float, float]] = field(default_factory=list)
    _taken: dict[str, tuple[str, float]] = field(default_factory=dict)
    _locks: dict[Statement, Mapping[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._locks = {each.statement: each.locks for each in self.footprints}

    def before(self, statement: Statement) -> None:
        """Note what this statement is about to take. A stronger lock on the same table replaces the weaker one."""
        now = time.monotonic()
        for table, mode in self._locks.get(statement, {}).items():
            if table in self.tables and mode in locks.STRONG:
                self._release(table, now)
                self._taken[table] = mode, now

    def after(self, statement: Statement) -> None:
        """Note that all locks are released if the statement ended its transaction."""
        del statement
        if self.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            self.end()

    def end(self) -> None:
        """Note that whatever is still held is released now."""
        now = time.monotonic()
        for table in list(self._taken):
            self._release(table, now)

    def _release(self, table: str, now: float) -> None:
        if table in self._taken:
            mode, since = self._taken.pop(table)
            self.spans.append((table, mode, since, now))


def of(people: Sequence[Worker], begun: float, ended: float, watch: LockWatch) -> Timeline:
    """Return the timeline of a script that ran from begun to ended, in monotonic seconds."""
    margin = max((ended - begun) * _MARGIN, _LEAST)
    near = [
        (since, until)
        for person in people
        if person.sends
        for since, until in person.spans
        if until > begun - margin and since < ended + margin
    ]
    kept = _thinned(near)
    locks = (LockSpan(table, mode, _ms(since, begun), _ms(until, begun)) for table, mode, since, until in watch.spans)
    return Timeline(
        _ms(ended, begun),
        tuple((_ms(since, begun), _ms(until, since)) for since, until in sorted(kept)),
        len(near) - len(kept),
        tuple(sorted(locks, key=lambda each: (each.begun, each.table))),
    )


def _thinned(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the longest send of each of MOST_SENDS equal parts of the time."""
    if len(spans) <= MOST_SENDS:
        return list(spans)
    first = min(since for since, _ in spans)
    part = (max(since for since, _ in spans) - first) / MOST_SENDS
    longest: dict[int, tuple[float, float]] = {}
    for since, until in spans:
        place = min(int((since - first) / part), MOST_SENDS - 1)
        known = longest.get(place)
        if known is None or until - since > known[1] - known[0]:
            longest[place] = since, until
    return list(longest.values())


def _ms(moment: float, since: float) -> float:
    return round((moment - since) * 1000, 1)
