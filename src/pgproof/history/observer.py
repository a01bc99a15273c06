"""Compares what one observer saw with what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.history.judgement import Anomaly, Kind
from pgproof.history.sightings import older
from pgproof.quoting import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.history.records import Line, Observer, Row
    from pgproof.history.sightings import Sightings
    from pgproof.history.storage import Storage


@dataclass(frozen=True)
class ObserverCheck:
    """An observer, its sightings, and what is stored. Finds at most one anomaly of a kind for each message."""

    observer: Observer
    seen: Sightings
    storage: Storage

    def anomalies(self) -> Iterator[Anomaly]:
        """Yield everything that is wrong with what it saw."""
        if not self.seen.watched:
            yield self._anomaly(Kind.NOTHING_SEEN, None, "never watched, so nothing is proved")
            return
        yield from self._unexpected()
        yield from self._duplicated()
        yield from self._lost()
        yield from self._reordered()
        yield from self._stale()

    def _unexpected(self) -> Iterator[Anomaly]:
        allowed = self.observer.may_see
        for key, at in self.seen.first.items():
            if allowed is not None and key not in allowed:
                yield self._anomaly(Kind.UNEXPECTED, key, f"saw '{short(key)}' at {at}, which it may not see")
            elif key not in self.storage.known:
                yield self._anomaly(Kind.UNEXPECTED, key, f"saw '{short(key)}' at {at}, which nobody sent")
            elif self.storage.rows is not None and key not in self.storage.rows and not self.storage.is_lost(key):
                yield from self._not_stored(key)

    def _not_stored(self, key: str) -> Iterator[Anomaly]:
        """Yield an anomaly, except for its sender while it is under way, and after that if shown as not sent."""
        if self.observer.name not in self.storage.senders[key]:
            what = f"saw '{short(key)}' at {self.seen.first[key]}, which was never stored"
            yield self._anomaly(Kind.UNEXPECTED, key, what)
        elif key in self.seen.latest and not self.seen.latest[key].pending:
            yield self._anomaly(Kind.UNEXPECTED, key, f"finally shows '{short(key)}' as sent, but it is not stored")

    def _duplicated(self) -> Iterator[Anomaly]:
        for key, count in self.seen.most.items():
            rows = self.storage.rows.get(key, ()) if self.storage.rows is not None else ()
            if count > max(1, len(rows)):
                stored = {0: "not stored", 1: "stored once"}.get(len(rows), f"stored {len(rows)} times")
                yield self._anomaly(Kind.DUPLICATED, key, f"had '{short(key)}' {count} times; it is {stored}")

    def _lost(self) -> Iterator[Anomaly]:
        must = self.observer.must_see
        for key, rows in (self.storage.rows or {}).items():
            if (must is not None and key not in must) or all(row.deleted for row in rows):
                continue
            if key not in self.seen.latest:
                at = self.seen.first.get(key)
                said = short(key)
                saw = f"never saw '{said}'" if at is None else f"saw '{said}' at {at}, but no longer shows it"
                yield self._anomaly(Kind.EVENT_LOST, key, f"{saw}; it is stored with seq {rows[0].seq}")

    def _reordered(self) -> Iterator[Anomaly]:
        in_the_end = [*self.seen.rests, (None, self.seen.order)]
        for at, keys in in_the_end:
            pair = self._inverted(keys)
            if pair is not None:
                first, second = pair
                when = "at the end" if at is None else f"at {at}, when nothing was under way"
                rows = [(key, row) for key in pair if (row := self.storage.row(key))]
                places = " and ".join(f"'{short(key)}' seq {row.seq}" for key, row in rows)
                what = f"had '{short(first)}' before '{short(second)}' {when}; they are stored as {places}"
                yield self._anomaly(Kind.REORDERED, None, what)
                return

    def _inverted(self, keys: Sequence[str]) -> tuple[str, str] | None:
        """Return the first two keys in the wrong order. A key that appears twice may be right at either place."""
        last = {key: n for n, key in enumerate(keys)}
        start, before = 0, ""
        for key in self.storage.order:
            if key in last:
                if last[key] < start:
                    return key, before
                start, before = keys.index(key, start) + 1, key
        return None

    def _stale(self) -> Iterator[Anomaly]:
        if not self.observer.follows_changes:
            return
        told = set()
        for key, (before, after, at) in self.seen.went_back.items():
            told.add(key)
            yield self._anomaly(Kind.STALE, key, f"saw '{short(key)}' go back from {before} to {after} at {at}")
        for key, line in self.seen.latest.items():
            row = self.storage.row(key)
            if row is not None and key not in told:
                yield from self._outdated(line, row)

    def _outdated(self, line: Line, row: Row) -> Iterator[Anomaly]:
        """Yield what is wrong with the last line shown. A status beyond the stored one never existed: unexpected."""
        shows = f"finally shows '{short(line.key)}'"
        if row.deleted:
            yield self._anomaly(Kind.STALE, line.key, f"{shows}, which is deleted")
        elif line.pending:
            yield self._anomaly(Kind.STALE, line.key, f"{shows} as not yet sent; it is stored with seq {row.seq}")
        elif None not in (line.text, row.text) and line.text != row.text:
            shown, stored = short(line.text or ""), short(row.text or "")
            yield self._anomaly(Kind.STALE, line.key, f"{shows} as '{shown}'; it is stored as '{stored}'")
        elif None not in (line.status, row.status) and line.status != row.status:
            kind = Kind.UNEXPECTED if older(row.status, than=line.status) else Kind.STALE
            yield self._anomaly(kind, line.key, f"{shows} as {line.status}; it is stored as {row.status}")

    def _anomaly(self, kind: Kind, key: str | None, what: str) -> Anomaly:
        return Anomaly(kind, self.observer.name, key, f"{self.observer.name} {what}")
