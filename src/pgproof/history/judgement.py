"""What a check came to: the anomalies, how long messages took, and the orders side by side."""

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
    DUPLICATED: stored, shown or announced more often than it was sent. UNEXPECTED: nobody may see that there.
    REORDERED: not in order of seq. STALE: an observer shows what is no longer so, or went back to it.
    UNKNOWN: what became of it cannot be told. NOTHING_SEEN: nothing was looked at, so that nothing was shown.
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
    """where: an observer's name, or DATABASE. key: None if it is about more than one message."""

    kind: Kind
    where: str
    key: str | None
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence}"


class Latency(NamedTuple):
    """From send to seen, in seconds; percentiles are nearest ranks. seen: messages, for each that saw them."""

    seen: int
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Latency | None:
        """None if there are none."""
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
    """settled: what became of each send without an answer, as the database told. latency: None if nothing was seen.

    latencies: by observer; none of them, nor the one of all, counts what an observer sent itself.
    """

    anomalies: tuple[Anomaly, ...]
    settled: tuple[str, ...]
    latency: Latency | None
    latencies: Mapping[str, Latency]
    orders: Table

    @property
    def good(self) -> bool:
        """Nothing is wrong, and that was seen."""
        return not self.anomalies

    def lines(self) -> list[str]:
        """For a person: the anomalies, then what else is known, then the orders side by side."""
        count = len(self.anomalies)
        said = ["nothing is wrong" if self.good else f"{count} anomal{'y' if count == 1 else 'ies'}"]
        said += [f"  {anomaly}" for anomaly in self.anomalies]
        said += [f"  settled: {each}" for each in self.settled]
        said += ["from send to seen", f"  all: {self.latency or 'nothing was seen'}"]
        said += [f"  {name}: {latency}" for name, latency in self.latencies.items()]
        return [*said, "orders, top to bottom", *(f"  {line}" for line in self.orders.lines())]
