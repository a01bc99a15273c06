"""The guide's six success criteria, and the tests that prove each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from harness.reporting import results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.reporting.results import Result, Run

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


def _tests(folder: str, **files: str) -> tuple[str, ...]:
    return tuple(
        f"tests/{folder}/test_{file}.py::test_{name}" for file, names in files.items() for name in names.split()
    )


CRITERIA = (
    Criterion(
        "All validation queries pass",
        _tests(
            "schema",
            columns="column participant_key_type no_other_columns",
            constraints="constraint foreign_key_is_switched_on",
            data="every_message_has_a_seq every_seq_counts_from_one no_seq_is_used_twice no_participant_lacks_its_key"
            " no_orphans replica_holds_the_guides_messages",
            functions="function promises",
            indexes="index every_index_is_valid",
            not_null="participant_key_is_not_null",
            realtime="replica_identity_is_full published published_operation row_security_is_on",
            triggers="trigger nothing_else_meddles_with_messages",
            validation="check_passes no_other_checks",
        ),
    ),
    Criterion(
        "Conversations load",
        _tests(
            "e2e",
            guide="conversations_load_without_an_error",
            conversations="conversations_load_newest_first each_shows_its_last_message",
        ),
    ),
    Criterion(
        "Messages send and receive correctly",
        _tests(
            "e2e",
            guide="a_sent_message_appears_once messages_are_in_order_of_seq",
            sending="it_is_there_once_after_a_reload it_is_stored_once_with_a_seq it_is_delivered_and_then_read",
            order="a_burst_from_both_sides_is_in_one_order",
        ),
    ),
    Criterion(
        "No console errors about `withRetry`",
        _tests("e2e", guide="conversations_load_without_an_error", conversations="loading_leaves_the_console_clean"),
    ),
    Criterion(
        "Realtime updates work",
        _tests(
            "e2e",
            guide="two_tabs_see_each_others_messages",
            realtime="two_people_see_each_others_messages the_list_follows",
        ),
    ),
    Criterion(
        "Both environments show identical schema",
        _tests("parity", messaging_objects="identical every_kind_is_compared"),
        together=True,
    ),
)


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
