"""Every check is able to fail: each defect that the catalog allows is noticed by the test that should notice it."""

import pytest

from harness.mutants.equivalents import EQUIVALENTS


def test_caught(judged, mutant):
    """Of each group of tests that should notice the defect, one fails."""
    verdict = judged(mutant)
    if verdict.survived:
        pytest.fail(f"{verdict}\n{mutant.change.strip()}", pytrace=False)


def test_equivalent(judge, equivalent):
    """What no test of behaviour notices nobody could: the database answers as it does without the change."""
    verdict = judge.judge(equivalent)
    if not verdict.survived:
        pytest.fail(f"{verdict}; it is not equivalent, take it off harness/mutants/equivalents.py", pytrace=False)
    changed, original = judge.answers(equivalent, EQUIVALENTS[equivalent.name].proof)
    assert original
    assert changed == original, EQUIVALENTS[equivalent.name].reason


@pytest.mark.parametrize("environment_name", ["prod", "staging"])
def test_nothing_fails_without_a_defect(judge, environment_name):
    """The tests that act as each caller pass on the databases that the mutants are made from."""
    assert judge.failing_without_a_defect(environment_name, acting=True) == []
