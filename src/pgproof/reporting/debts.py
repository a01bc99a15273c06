"""The debt of a project: how often each rule is broken, and what of that was accepted.

A test records the fact "debt" with rule, level, count and accepted, which is a part of count.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.lints import LEVELS
from pgproof.reporting import results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reporting.results import Run


@dataclass(frozen=True)
class Debt:
    """The debt at one place in one run. started: of the run. rules: the open and the accepted findings of each."""

    started: str
    rules: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """How many findings nobody accepted."""
        return sum(left for left, _ in self.rules.values())

    @property
    def accepted(self) -> int:
        """How many findings were accepted for a time."""
        return sum(accepted for _, accepted in self.rules.values())


@dataclass(frozen=True)
class Row:
    """A rule that is broken somewhere. cells: open, accepted and since the run before, by place; None if never seen."""

    rule: str
    level: str
    cells: dict[str, tuple[int, int, int | None] | None]


def of(runs: Sequence[Run]) -> dict[str, Debt]:
    """Return the debt at each place where it was looked for, such as "prod, live"; of a place the newest run counts."""
    found: dict[str, Debt] = {}
    for run in sorted(runs, key=lambda run: run.started):
        ours: dict[str, Debt] = {}
        for result in run.results:
            for value in results.facts([result], "debt"):
                debt = ours.setdefault(result.where, Debt(run.started))
                left, accepted = debt.rules.get(value["rule"], (0, 0))
                count, known = int(value["count"]), int(value["accepted"])
                debt.rules[value["rule"]] = left + count - known, accepted + known
        found |= ours
    return dict(sorted(found.items()))


def levels(runs: Sequence[Run]) -> dict[str, str]:
    """Return the level of each rule, in capitals."""
    return {value["rule"]: str(value["level"]).upper() for value in results.facts(results.of(runs), "debt")}


def rows(debts: dict[str, Debt], known: dict[str, str], before: dict[str, Debt]) -> list[Row]:
    """Return a row for each broken rule: worst level first, then most open. before: of the run before, by place."""

    def cell(place: str, rule: str) -> tuple[int, int, int | None] | None:
        if rule not in debts[place].rules:
            return None
        left, accepted = debts[place].rules[rule]
        then = before[place].rules.get(rule, (0, 0)) if place in before else None
        return left, accepted, None if then is None else left + accepted - sum(then)

    found = {rule: {place: cell(place, rule) for place in debts} for rule in known}
    broken = [Row(rule, known[rule], cells) for rule, cells in found.items() if any(map(_matters, cells.values()))]
    return sorted(broken, key=lambda row: (_rank(row.level), -_open(row), row.rule))


def _matters(cell: Any) -> bool:
    """Return whether there is debt, or was in the run before."""
    return cell is not None and any(cell)


def _open(row: Row) -> int:
    return sum(cell[0] for cell in row.cells.values() if cell is not None)


def _rank(level: str) -> int:
    """Return the place of a level, worst first; one with another name comes after these."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)
