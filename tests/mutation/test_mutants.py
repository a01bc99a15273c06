"""Every check is able to fail: each defect that the catalog allows is noticed by the test that should notice it."""

import pytest

from connect.mutants import derivation, unseen
from connect.mutants.equivalents import EQUIVALENTS
from tests.mutation.fix_mutants import LIVE, REHEARSED

pytestmark = pytest.mark.own_baseline
UNSEEN = "src/connect/mutants/unseen.py"


def test_mutant_is_caught(verdict_on, mutant):
    """Of each group of tests that should notice the defect, one fails; who only reads sees it too, or cannot."""
    verdict = verdict_on(mutant)
    if verdict.survived:
        pytest.fail(f"{verdict}\n{mutant.change.strip()}", pytrace=False)
    reasons = unseen.of(mutant)
    if verdict.seen[LIVE] and reasons:
        pytest.fail(
            f"{mutant.name} is seen by reading after all: a live run fails too. Take it out of {UNSEEN}, which"
            f" says: {reasons[0]}",
            pytrace=False,
        )
    if not verdict.seen[LIVE] and not reasons:
        pytest.fail(
            f"{mutant.name} is not seen by a live run, and nothing says why. Write a criterion or a rule that sees it"
            f" on any project; only if nobody can see it by reading, give the reason in {UNSEEN}\n"
            + mutant.change.strip(),
            pytrace=False,
        )

    if mutant.script is None:
        _expect_found_by_rehearsal(mutant, found=verdict.seen[REHEARSED])


def _expect_found_by_rehearsal(mutant, *, found):
    """As an up script, the defect is found by what it leaves, or there is a reason why it is only listed."""
    reasons = unseen.by_rehearsal(mutant)
    if found and reasons:
        pytest.fail(
            f"{mutant.name} is found by a rehearsal after all. Name it in `rehearsed` of its reason in {UNSEEN}, or"
            f" take it out: {reasons[0]}",
            pytrace=False,
        )
    if not found and not reasons:
        pytest.fail(
            f"{mutant.name} is not found by a rehearsal, and nothing says why. Make src/pgproof/rehearsal/leaving find"
            f" it on any project, or give the reason in {UNSEEN}\n{mutant.change.strip()}",
            pytrace=False,
        )


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


def test_reasons_are_for_mutants_that_there_are_and_one_each(mutant_runner):
    """No mutant has two reasons why it is unseen, and no pattern of a reason stands for nothing."""
    found = [each for each in derivation.derive(mutant_runner.originals["prod"]) if each.name not in EQUIVALENTS]
    wrong = [f"{each.name} has {len(unseen.of(each))} reasons" for each in found if len(unseen.of(each)) > 1]
    wrong += [f"{pattern} matches no mutant: {reason}" for pattern, reason in unseen.idle(found)]
    assert not wrong, "\n".join([f"{UNSEEN}:", *wrong])
