"""What a reader sees first: for each kind of truth one answer, in a few words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pgproof.reporting import criteria, truths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pgproof.reporting.criteria import Criterion, Verdict
    from pgproof.reporting.debts import Debt
    from pgproof.reporting.results import Result

# Worst first.
_ORDER = (criteria.FAILS, criteria.INCONCLUSIVE, criteria.OPEN, criteria.HOLDS)


class Tile(NamedTuple):
    """One answer. anchor: of the section that has the details. outcome: as of a Verdict."""

    title: str
    anchor: str
    outcome: str
    said: str


def tiles(
    judged: Sequence[tuple[Criterion, list[Verdict]]],
    kinds: Mapping[str, Sequence[Result]],
    debts: Mapping[str, Debt],
) -> list[Tile]:
    """Return the tiles: criteria, record and debt as far as the runs looked at them, and the rest."""
    found = []
    if judged:
        # A place that was not asked says nothing of the others.
        answers = ([each.outcome for each in verdicts if each.outcome != criteria.OPEN] for _, verdicts in judged)
        worst = Counter(map(worst_of, answers))
        said = ", ".join(_counted(outcome, worst[outcome]) for outcome in _ORDER if worst[outcome])
        found.append(Tile("Success criteria", "criteria", worst_of(worst), said))
    if kinds[truths.RECORD]:
        answer = answer_of(kinds[truths.RECORD])
        words = {criteria.HOLDS: "nothing changed", criteria.FAILS: "something changed", criteria.OPEN: "not compared"}
        found.append(Tile("Since the record", "record", answer, words.get(answer, answer)))
    if debts:
        left, accepted = sum(each.open for each in debts.values()), sum(each.accepted for each in debts.values())
        answer = worst_of([answer_of(kinds[truths.DEBT]), criteria.FAILS if left else criteria.HOLDS])
        found.append(Tile("Debt", "debt", answer, f"{left} open, {accepted} accepted"))
    rest = kinds[truths.REST]
    if rest:
        count = Counter(result.outcome for result in rest)
        words = {"passed": "held", "skipped": "not run"}
        order = ("passed", "failed", "inconclusive", "skipped")
        said = ", ".join(f"{count[each]} {words.get(each, each)}" for each in order if count[each])
        found.append(Tile("Everything else", "rest", answer_of(rest), said))
    return found


def answer_of(found: Sequence[Result]) -> str:
    """Return one answer for some results: the worst, where skipped tests count only if nothing passed."""
    outcomes = {result.outcome for result in found}
    if "failed" in outcomes:
        return criteria.FAILS
    if "inconclusive" in outcomes:
        return criteria.INCONCLUSIVE
    return criteria.HOLDS if "passed" in outcomes else criteria.OPEN


def worst_of(outcomes: Sequence[str] | Counter[str]) -> str:
    """Return the worst of some outcomes, criteria.OPEN if there is none."""
    return min(outcomes, key=_ORDER.index, default=criteria.OPEN)


def _counted(outcome: str, count: int) -> str:
    one, many = {criteria.HOLDS: ("holds", "hold"), criteria.FAILS: ("fails", "fail")}.get(outcome, (outcome, outcome))
    return f"{count} {one if count == 1 else many}"
