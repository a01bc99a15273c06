"""What was sent, what the senders were told, and what the database stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pgproof.history.judgement import DATABASE, Anomaly, Kind
from pgproof.history.records import Acknowledged, Refused, Sent
from pgproof.quoting import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.history.records import History, Row
    from pgproof.moment import Moment


@dataclass(frozen=True)
class Storage:
    """A history sorted by key.

    sent: when each key was first sent. senders: by whom. rows: None if the database could not be read.
    acknowledged and refused: a sent key in neither is open until the rows decide it. refused: with the reason.
    order: the keys with one row and a seq, in order of seq.
    """

    sent: Mapping[str, Moment]
    senders: Mapping[str, frozenset[str]]
    acknowledged: frozenset[str]
    refused: Mapping[str, str]
    existing: frozenset[str]
    rows: Mapping[str, tuple[Row, ...]] | None
    order: tuple[str, ...]

    @classmethod
    def of(cls, history: History) -> Storage:
        """Return the storage of a history."""
        attempts = [entry for entry in history.entries if isinstance(entry, Sent)]
        counts = Counter(entry.key for entry in attempts)
        senders: dict[str, frozenset[str]] = {}
        for entry in attempts:
            senders[entry.key] = senders.get(entry.key, frozenset()) | {entry.by}
        acknowledged = frozenset(entry.key for entry in history.entries if isinstance(entry, Acknowledged))
        refusals = [entry for entry in history.entries if isinstance(entry, Refused)]
        # A key counts as refused if every attempt was: one without an answer may have got through.
        refused = Counter(entry.key for entry in refusals)
        rows: dict[str, tuple[Row, ...]] = {}
        for row in history.stored or ():
            rows[row.key] = (*rows.get(row.key, ()), row)
        placed = sorted((row.seq, key) for key, (row, *more) in rows.items() if row.seq is not None and not more)
        return cls(
            {entry.key: entry.at for entry in reversed(attempts)},
            senders,
            acknowledged,
            {e.key: e.reason for e in refusals if e.key not in acknowledged and refused[e.key] >= counts[e.key]},
            history.existing,
            None if history.stored is None else rows,
            tuple(key for _, key in placed),
        )

    @cached_property
    def known(self) -> frozenset[str]:
        """Every key that was sent, existed before, or is stored."""
        return self.existing | frozenset(self.sent) | frozenset(self.rows or ())

    def row(self, key: str) -> Row | None:
        """Return the row of a key, the first if there are several, None if there is none or none was read."""
        return self.rows[key][0] if self.rows is not None and key in self.rows else None

    def is_lost(self, key: str) -> bool:
        """Return whether a key was acknowledged or existed before, and is not stored now."""
        return self.rows is not None and key not in self.rows and (key in self.acknowledged or key in self.existing)

    def settled(self) -> Iterator[str]:
        """Yield a sentence on each send without an answer, unless the database was not read."""
        if self.rows is not None:
            for key in self._open():
                yield f"'{short(key)}' got no answer; it was {'stored' if key in self.rows else 'not stored'}"

    def anomalies(self) -> Iterator[Anomaly]:
        """Yield what is wrong with the rows; if the database was not read, what cannot be told."""
        if self.rows is None:
            yield from self._undecided()
            return
        for key in sorted(self.known):
            if self.is_lost(key):
                why = "was there before" if key in self.existing else "was acknowledged"
                yield Anomaly(Kind.ROW_LOST, DATABASE, key, f"'{short(key)}' {why}, but is not stored")
            yield from self._about(key, self.rows.get(key, ()))
        seqs = Counter(row.seq for rows in self.rows.values() for row in rows if row.seq is not None)
        for seq in sorted(seq for seq, count in seqs.items() if count > 1):
            what = f"{seqs[seq]} messages are stored with seq {seq}, so their order cannot be told"
            yield Anomaly(Kind.UNKNOWN, DATABASE, None, what)

    def _about(self, key: str, rows: tuple[Row, ...]) -> Iterator[Anomaly]:
        if key in self.refused and rows:
            what = f"'{short(key)}' was refused ({self.refused[key]}), but is stored"
            yield Anomaly(Kind.UNEXPECTED, DATABASE, key, what)
        if key not in self.sent and key not in self.existing:
            yield Anomaly(Kind.UNEXPECTED, DATABASE, key, f"'{short(key)}' is stored, but nobody sent it")
        if len(rows) > 1:
            seqs = ", ".join(str(row.seq) for row in rows)
            what = f"'{short(key)}' is stored {len(rows)} times, with seq {seqs}"
            yield Anomaly(Kind.DUPLICATED, DATABASE, key, what)
        elif any(row.seq is None for row in rows):
            what = f"'{short(key)}' is stored without a seq, so its place in the order cannot be told"
            yield Anomaly(Kind.UNKNOWN, DATABASE, key, what)

    def _undecided(self) -> Iterator[Anomaly]:
        why = "cannot be told, since the database was not read"
        said = dict.fromkeys(self._open(), "got no answer") | dict.fromkeys(self.acknowledged, "was acknowledged")
        for key, what in sorted(said.items()):
            yield Anomaly(Kind.UNKNOWN, DATABASE, key, f"'{short(key)}' {what}; whether it is stored {why}")
        if not said:
            yield Anomaly(Kind.UNKNOWN, DATABASE, None, f"what is stored {why}")

    def _open(self) -> Iterator[str]:
        return (key for key in self.sent if key not in self.acknowledged and key not in self.refused)
