"""Success criteria of a project, and whether the tests that prove each of them passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pgproof.reporting import results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reporting.results import Result, Run

HOLDS, FAILS, PARTLY, OPEN = "holds", "fails", "partly verified", "not verified"


@dataclass(frozen=True)
class Criterion:
    """One criterion. tests: all that it takes. together: whether they compare the environments."""

    title: str
    tests: tuple[str, ...]
    together: bool = False


class Place(NamedTuple):
    """Where a criterion is judged. environment: None for both together. how: as in a Result."""

    environment: str | None
    how: str | None

    @property
    def title(self) -> str:
        """For a person."""
        return ", ".join(word for word in (self.environment or "both", self.how) if word)


@dataclass(frozen=True)
class Verdict:
    """What came of a criterion at one place. missing: those of its tests that did not pass, where none failed."""

    criterion: Criterion
    place: Place
    outcome: str
    results: tuple[Result, ...]
    missing: tuple[str, ...]


def judge(criterion: Criterion, place: Place, everything: Sequence[Result]) -> Verdict:
    """It holds if each test of it passed and none failed or was skipped; if none passed, nothing is known."""
    ours = tuple(
        result
        for result in everything
        if _test(result) in criterion.tests and (result.environment, result.how) == place
    )
    passed = {_test(result) for result in ours if result.outcome == "passed"}
    skipped = {_test(result) for result in ours if result.outcome == "skipped"}
    missing = tuple(test for test in criterion.tests if test not in passed - skipped)
    if any(result.outcome == "failed" for result in ours):
        outcome = FAILS
    elif not passed:
        outcome = OPEN
    else:
        outcome = PARTLY if missing else HOLDS
    return Verdict(criterion, place, outcome, ours, missing)


def places(criterion: Criterion, runs: Sequence[Run]) -> list[Place]:
    """Where the runs judged this criterion, or could have."""
    found = {Place(result.environment, result.how) for result in results.of(runs) if _test(result) in criterion.tests}
    for run in runs:
        if criterion.together:
            found.update(Place(None, each) for each in [results.how(run.judged, None, "parity")] if each)
        else:
            found.update(Place(each.environment, each.how) for each in run.judged)
    return sorted(found, key=lambda place: place.title)


def _test(result: Result) -> str:
    """Its id without parameters."""
    return result.id.partition("[")[0]
