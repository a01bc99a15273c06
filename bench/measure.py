"""Measuring: what is compared takes turns, so that noise hits all of it alike; and the table of the outcome."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROUNDS = 5

# By name, in the order measured: the seconds of each round.
Samples = dict[str, list[float]]


class CouldNotRun(Exception):
    """A benchmark has no numbers to give; one sentence says why."""


def seconds(action: Callable[[], object]) -> float:
    """Return how many seconds an action takes."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def in_turns(
    *steps: Callable[[], Mapping[str, float]], each: int = 1, rounds: int = ROUNDS, warm: bool = False
) -> Samples:
    """Run the steps A B A B …, after one uncounted turn that warms every cache; return the seconds of each round.

    A step returns its seconds by name. each: how often a round repeats the turns; the round's value is their mean.
    warm: the uncounted turn has been already.
    """
    if not warm:
        for step in steps:
            step()
    samples: Samples = defaultdict(list)
    for _ in range(rounds):
        measured: Samples = defaultdict(list)
        for _ in range(each):
            for step in steps:
                for name, value in step().items():
                    measured[name].append(value)
        for name, values in measured.items():
            samples[name].append(mean(values))
    return dict(samples)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    values: one for each round. unit: "ms" for values in seconds, "MiB", "" for counts. against: the values of the same
    rounds to compare with. bound: the most that the ratio may be, without `against` the median, in seconds or as a
    count.
    """

    what: str
    values: Sequence[float]
    unit: str = "ms"
    against: Sequence[float] | None = None
    bound: float | None = None

    @property
    def ratios(self) -> list[float]:
        """The ratio of each round; empty if there is nothing to compare with."""
        if self.against is None:
            return []
        return [value / other for value, other in zip(self.values, self.against, strict=True)]

    @property
    def judged(self) -> float:
        """What the bound applies to: the ratio of the medians, or the median itself."""
        return median(self.values) / (median(self.against) if self.against else 1)

    @property
    def middle(self) -> str:
        """The median with its unit."""
        return self._with_unit(median(self.values))

    def cells(self) -> tuple[str, ...]:
        """Return the texts of its columns."""
        ratios = self.ratios
        ratio = f"{self.judged:.2f} ({min(ratios):.2f}–{max(ratios):.2f})" if ratios else ""
        spread = f"{self._shown(min(self.values))}–{self._shown(max(self.values))}"
        return self.what, self.middle, spread, ratio, *self._verdict()

    def _with_unit(self, value: float) -> str:
        return f"{self._shown(value)} {self.unit}".rstrip()

    def _shown(self, value: float) -> str:
        if self.unit != "ms":
            return f"{value:.0f}" if self.unit else f"{value:g}"
        return f"{value * 1000:.3g}" if value < 0.1 else f"{value * 1000:.0f}"

    def _verdict(self) -> tuple[str, str]:
        if self.bound is None:
            return "", ""
        bound = f"{self.bound:g}" if self.against else self._with_unit(self.bound)
        return bound, "EXCEEDS THE BOUND" if self.judged > self.bound else "within the bound"


@dataclass(frozen=True)
class Line:
    """One line of the table that has words in place of numbers."""

    what: str
    said: str


def table(title: str, rows: Iterable[Row | Line]) -> str:
    """Return the rows under their title, in columns."""
    rows = list(rows)
    rounds = {len(row.values) for row in rows if isinstance(row, Row)}
    middle = f"median of {rounds.pop()}" if len(rounds) == 1 else "median"
    head = (title, middle, "spread", "ratio (of single rounds)", "bound", "")
    lines = [head, *(row.cells() for row in rows if isinstance(row, Row))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    widths[0] = max(widths[0], *(len(row.what) for row in rows))
    shown = (
        f"{row.what.ljust(widths[0])}  {row.said}" if isinstance(row, Line) else _joined(row.cells(), widths)
        for row in rows
    )
    return "\n".join((_joined(head, widths), *shown))


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        cell.rjust(width) if 1 <= column <= 2 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ).rstrip()
