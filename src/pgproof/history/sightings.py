"""What each observer saw, collected in one pass over its views and events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pgproof.history.records import Heard, View, Watching

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgproof.history.records import Entry, Line
    from pgproof.moment import Moment

STATUSES = ("sent", "delivered", "read")


def older(status: str | None, than: str | None) -> bool:
    """Return whether a status comes before another. A status that is not shown is neither older nor newer."""
    return status in STATUSES and than in STATUSES and STATUSES.index(status) < STATUSES.index(than)


@dataclass
class Sightings:
    """All that one observer saw.

    watched: whether it was live at all. order and latest: the keys that it shows, and the last line of each.
    first: when each key was first seen. arrived: when it was first seen as sent. most: how often a key was shown at
    once, or announced as new. went_back: a key's status, the older one that followed, and when.
    rests: the keys at each moment at which the order had to be right.
    """

    watched: bool = False
    order: list[str] = field(default_factory=list)
    latest: dict[str, Line] = field(default_factory=dict)
    first: dict[str, Moment] = field(default_factory=dict)
    arrived: dict[str, Moment] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    went_back: dict[str, tuple[str, str, Moment]] = field(default_factory=dict)
    rests: list[tuple[Moment, tuple[str, ...]]] = field(default_factory=list)
    _inserted: Counter[str] = field(default_factory=Counter)
    _statuses: dict[tuple[type, str], str] = field(default_factory=dict)

    def take_in(self, entry: Watching | Heard | View) -> None:
        """Add an entry; entries have to come in order of time."""
        self.watched = True
        if isinstance(entry, View):
            self._look(entry)
        elif isinstance(entry, Heard):
            self._hear(entry)

    def _look(self, view: View) -> None:
        lines = [line for line in view.lines if not line.deleted]
        self.order = [line.key for line in lines]
        self.latest = {line.key: line for line in lines}
        for line in lines:
            self._see(view, line)
        for key, count in Counter(self.order).items():
            self._count(key, count)
        if view.at_rest:
            self.rests.append((view.at, tuple(self.order)))

    def _hear(self, event: Heard) -> None:
        line, key = event.line, event.line.key
        if event.kind == "DELETE" or line.deleted:
            self.order = [each for each in self.order if each != key]
            self.latest.pop(key, None)
            return
        self._see(event, line)
        before = self.latest.get(key)
        if event.kind == "INSERT":
            self._inserted[key] += 1
            self._count(key, self._inserted[key])
            # A message that a query has brought is the same one; a message that an event has brought comes twice.
            if before is None or self._inserted[key] > 1:
                self.order.append(key)
                before = before or line
        if before is not None:
            self.latest[key] = replace(line, status=before.status) if older(line.status, before.status) else line

    def _see(self, entry: Heard | View, line: Line) -> None:
        self.first.setdefault(line.key, entry.at)
        if not line.pending:
            self.arrived.setdefault(line.key, entry.at)
        if line.status is None:
            return
        # An event may have been under way while a query was answered: only like is compared with like.
        source = type(entry), line.key
        before = self._statuses.get(source)
        if before is not None and older(line.status, than=before):
            self.went_back.setdefault(line.key, (before, line.status, entry.at))
        self._statuses[source] = line.status

    def _count(self, key: str, count: int) -> None:
        self.most[key] = max(self.most.get(key, 0), count)


def sightings(entries: Iterable[Entry]) -> dict[str, Sightings]:
    """Return what each observer saw, by its name. entries: in order of time."""
    found: dict[str, Sightings] = {}
    for entry in entries:
        if isinstance(entry, Watching | Heard | View):
            found.setdefault(entry.observer, Sightings()).take_in(entry)
    return found
