"""What did not hold, grouped by the test that says so, so that one test with many cases does not bury the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.reporting import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reporting.results import Result, Run
    from pgproof.reporting.texts import Folded

# Of one text: lines that are shown at once, and characters that the page has at all.
_LINES, _LONGEST = 14, 20_000


@dataclass(frozen=True)
class Case:
    """One result. case: its parameters, empty if there are none. text: why, cut and folded."""

    result: Result
    case: str
    text: Folded


@dataclass(frozen=True)
class Group:
    """All results of one test that are bad in the same way. states: its sentence. outcome: as of Result."""

    states: str
    outcome: str
    cases: list[Case]


def groups(bad: Sequence[Result], runs: Sequence[Run]) -> list[Group]:
    """Return the groups of some results that are bad, failed ones first. runs: that they are of."""
    files = {id(result): run.file for run in runs for result in run.results}
    found: dict[tuple[str, str], list[Case]] = {}
    for result in bad:
        test, _, case = result.id.partition("[")
        where = f"results/{files[id(result)]} beside this page" if files.get(id(result)) else "the record of the run"
        text = texts.fold(texts.cut(result.why, _LONGEST, where), _LINES)
        found.setdefault((test, result.outcome), []).append(
            Case(result, _case(case.removesuffix("]"), result.environment), text)
        )
    every = [
        Group(cases[0].result.states or test, outcome, sorted(cases, key=lambda each: each.result.where))
        for (test, outcome), cases in found.items()
    ]
    return sorted(every, key=lambda group: group.outcome != "failed")


def _case(parameters: str, environment: str | None) -> str:
    """Return the parameters without the environment, which the page names anyway."""
    if parameters == environment:
        return ""
    return parameters.removeprefix(f"{environment}-").removesuffix(f"-{environment}")
