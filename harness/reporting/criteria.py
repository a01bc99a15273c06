"""The guide's six success criteria, and the tests that prove each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.reporting.results import Result

HOLDS, FAILS, OPEN = "holds", "fails", "not verified"


@dataclass(frozen=True)
class Criterion:
    """One criterion. tests: what their node ids begin with."""

    title: str
    tests: tuple[str, ...]


_GUIDE = "tests/e2e/test_guide.py::"
_LOADING = (f"{_GUIDE}test_conversations_load", "tests/e2e/test_conversations")
_MESSAGES = (f"{_GUIDE}test_a_sent_message", f"{_GUIDE}test_messages_are_in_order")
CRITERIA = (
    Criterion("All validation queries pass", ("tests/schema/",)),
    Criterion("Conversations load", _LOADING),
    Criterion("Messages send and receive correctly", (*_MESSAGES, "tests/e2e/test_sending", "tests/e2e/test_order")),
    Criterion("No console errors about `withRetry`", _LOADING),
    Criterion("Realtime updates work", (f"{_GUIDE}test_two_tabs", "tests/e2e/test_realtime")),
    Criterion("Both environments show identical schema", ("tests/parity/",)),
)


@dataclass(frozen=True)
class Verdict:
    """What came of a criterion in one environment (None: in both together)."""

    criterion: Criterion
    environment: str | None
    outcome: str
    results: tuple[Result, ...]


def judge(criterion: Criterion, environment: str | None, results: Sequence[Result]) -> Verdict:
    """It holds if a test of it passed and none failed; if none ran, nothing is known."""
    ours = tuple(
        result
        for result in results
        if result.id.startswith(criterion.tests) and result.environment in (environment, None)
    )
    failed = any(result.outcome == "failed" for result in ours)
    passed = any(result.outcome == "passed" for result in ours)
    return Verdict(criterion, environment, FAILS if failed else HOLDS if passed else OPEN, ours)
