"""The success criteria of a project, and whether the tests that prove each of them passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pgproof.reporting import results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reporting.results import Result, Run

# A criterion of which nothing was run has no answer at all: it is open.
HOLDS, FAILS, INCONCLUSIVE, OPEN = "holds", "fails", "inconclusive", "not verified"


@dataclass(frozen=True)
class Criterion:
    """One criterion. tests: the ids of all tests that prove it. together: whether they compare the environments."""

    title: str
    tests: tuple[str, ...]
    together: bool = False


class Place(NamedTuple):
    """Where a criterion is judged. environment: None for all together. how: as in results.Result."""

    environment: str | None
    how: str | None

    @property
    def title(self) -> str:
        """The place in words."""
        return ", ".join(word for word in (self.environment or "both", self.how) if word)


@dataclass(frozen=True)
class Verdict:
    """What came of a criterion at one place.

    outcome: HOLDS, FAILS, INCONCLUSIVE or OPEN. results: of its tests there. missing: the tests that did not pass.
    """

    criterion: Criterion
    place: Place
    outcome: str
    results: tuple[Result, ...]
    missing: tuple[str, ...]

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The missing tests that gave no answer at all."""
        answered = {_test(result) for result in self.results if result.is_bad}
        return tuple(test for test in self.missing if test not in answered)


def judge(criterion: Criterion, place: Place, everything: Sequence[Result]) -> Verdict:
    """Return the verdict on a criterion at a place. everything: the results of all runs.

    It holds if each of its tests passed and none failed or was skipped. It is inconclusive if a test could not see
    what it judges, or if only some of them gave an answer; if none of them did, it is not verified.
    """
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
    elif any(result.outcome == "inconclusive" for result in ours) or (passed and missing):
        outcome = INCONCLUSIVE
    else:
        outcome = HOLDS if passed else OPEN
    return Verdict(criterion, place, outcome, ours, missing)


def places(criterion: Criterion, runs: Sequence[Run]) -> list[Place]:
    """Return the places where the runs judged a criterion, or could have, sorted by title."""
    found = {Place(result.environment, result.how) for result in results.of(runs) if _test(result) in criterion.tests}
    for run in runs:
        if criterion.together:
            found.update(Place(None, each) for each in [results.how(run.judged, None, "parity")] if each)
        else:
            found.update(Place(each.environment, each.how) for each in run.judged)
    return sorted(found, key=lambda place: place.title)


def _test(result: Result) -> str:
    """Return the id of a result's test without parameters."""
    return result.id.partition("[")[0]
