"""Supabase's database linter would have nothing to say, but for what somebody accepted with a reason and a date."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connect import declared
from connect.expectations import expect_none
from connect.project import REPLICAS
from pgproof import lints
from pgproof.lints import acceptance

ACCEPTED = Path(__file__).with_name("accepted.toml")
RULES = (*lints.RULES, *declared.RULES)


@pytest.fixture(scope="module")
def accepted():
    return acceptance.read(ACCEPTED, REPLICAS)


def today():
    return datetime.now(UTC).date()


@pytest.mark.parametrize("rule", RULES)
def test_nothing_breaks_the_rule(snapshot, accepted, rule):
    """Nothing in the database breaks the rule, and the rule could be judged."""
    why = declared.WHY.get(rule) or lints.why(rule)
    violations = [violation for violation in snapshot.violations if violation.rule == rule]
    remaining = accepted.remaining(violations, snapshot.environment, snapshot.live, today())
    expect_none((f"{rule}: {found.object}: {found.detail}", why, _to_do(found)) for found in remaining)


def _to_do(found):
    return (
        found.to_do if found.inconclusive else f"{found.to_do}; or accept it for a time in tests/security/accepted.toml"
    )


def test_accepted_violations_are_known_valid_and_still_there(snapshot, accepted):
    """Every entry of accepted.toml names a rule and a violation that is there, and is not past its date."""
    problems = accepted.problems(snapshot.violations, RULES, snapshot.environment, snapshot.live, today())
    expect_none(
        (f"accepted.toml: {problem}", "the violation was corrected, or its time is over", "correct or remove the entry")
        for problem in problems
    )
