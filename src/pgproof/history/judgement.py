"""The result of a check: the anomalies, how long messages took, and the orders side by side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pgproof.history.sidebyside import Table

DATABASE = "the database"


class Kind(StrEnum):
    """What can be wrong.

    ROW_LOST: acknowledged, but not stored. EVENT_LOST: stored, but an observer that must see it does not have it.
    DUPLICATED: stored, shown or announced more often than it was sent. UNEXPECTED: stored or seen although it must
    not be. REORDERED: not in order of seq. STALE: an observer shows an outdated state, or went back to one.
    UNKNOWN: what became of it cannot be told. NOTHING_SEEN: nobody watched or saw anything, so nothing is proved.
    """

    ROW_LOST = "row lost"
    EVENT_LOST = "event lost"
    DUPLICATED = "duplicated"
    UNEXPECTED = "unexpected"
    REORDERED = "reordered"
    STALE = "stale"
    UNKNOWN = "unknown"
    NOTHING_SEEN = "nothing seen"


@dataclass(frozen=True)
class Anomaly:
    """One thing that is wrong. where: an observer's name, or DATABASE. key: None if it concerns several messages."""

    kind: Kind
    where: str
    key: str | None
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence}"


class Latency(NamedTuple):
    """Seconds from send to seen, as nearest-rank percentiles. seen: how many sightings were timed."""

    seen: int
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Latency | None:
        """Return the percentiles of these times in seconds, or None if there are none."""
        ranked = sorted(seconds)
        if not ranked:
            return None
        # -(-a // b) rounds up, and in whole numbers it does so exactly.
        return cls(len(ranked), *(ranked[-(-len(ranked) * percent // 100) - 1] for percent in (50, 95, 99)))

    def __str__(self) -> str:
        ranks = zip((50, 95, 99), self[1:], strict=True)
        shown = ", ".join(f"p{percent} {seconds * 1000:.0f} ms" for percent, seconds in ranks)
        return f"{shown} ({self.seen} seen)"


@dataclass(frozen=True)
class Judgement:
    """What a history amounts to.

    settled: a sentence on each send without an answer, decided by the database. latency: None if nothing was seen.
    latencies: by observer; as in latency, what an observer sent itself does not count. seconds: from send to seen, of
    each sighting in latency, shortest first.
    """

    anomalies: tuple[Anomaly, ...]
    settled: tuple[str, ...]
    latency: Latency | None
    latencies: Mapping[str, Latency]
    orders: Table
    seconds: tuple[float, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong; a history that nobody watched is not good."""
        return not self.anomalies

    def lines(self) -> list[str]:
        """Return the text for a person: the anomalies, the settled sends, the latencies, the orders side by side."""
        count = len(self.anomalies)
        said = ["nothing is wrong" if self.good else f"{count} anomal{'y' if count == 1 else 'ies'}"]
        said += [f"  {anomaly}" for anomaly in self.anomalies]
        said += [f"  settled: {each}" for each in self.settled]
        said += ["from send to seen", f"  all: {self.latency or 'nothing was seen'}"]
        said += [f"  {name}: {latency}" for name, latency in self.latencies.items()]
        return [*said, "orders, top to bottom", *(f"  {line}" for line in self.orders.lines())]
