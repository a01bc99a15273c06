"""Every check is able to fail: each defect that the catalog allows is noticed by the test that should notice it."""

import pytest

from connect.mutants.equivalents import EQUIVALENTS

pytestmark = pytest.mark.own_baseline


def test_mutant_is_caught(verdict_on, mutant):
    """Of each group of tests that should notice the defect, one fails."""
    verdict = verdict_on(mutant)
    if verdict.survived:
        pytest.fail(f"{verdict}\n{mutant.change.strip()}", pytrace=False)


def test_equivalent_changes_no_behaviour(mutant_runner, equivalent):
    """What no test of behaviour notices nobody could: the database answers as it does without the change."""
    verdict = mutant_runner.judge(equivalent)
    if not verdict.survived:
        pytest.fail(f"{verdict}; it is not equivalent, take it off src/connect/mutants/equivalents.py", pytrace=False)
    changed, original = mutant_runner.answers(equivalent, EQUIVALENTS[equivalent.name].proof)
    assert original
    assert changed == original, EQUIVALENTS[equivalent.name].reason


@pytest.mark.parametrize("environment_name", ["prod", "staging"])
def test_nothing_fails_without_a_defect(mutant_runner, environment_name):
    """The tests that act as each caller pass on the databases that the mutants are made from."""
    assert mutant_runner.failing_without_a_defect(environment_name, requesting="scene") == []
