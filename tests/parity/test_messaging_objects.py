"""Environments show the identical messaging schema: success criterion 6 of the guide."""

from itertools import combinations

import pytest

from connect import advice, alignment, parity
from pgproof.plugin.options import CHOSEN


def pytest_generate_tests(metafunc):
    """Each pair of the chosen environments is compared."""
    if "pair" in metafunc.fixturenames:
        pairs = list(combinations(metafunc.config.stash[CHOSEN], 2))
        ids = [f"{left.name}-{right.name}" for left, right in pairs]
        metafunc.parametrize("pair", pairs, ids=ids, scope="session")


@pytest.fixture(scope="session")
def found(snapshots, pair):
    """What differs between the two environments of a pair."""
    return alignment.between(pair, tuple(snapshots[each.name].catalog for each in pair))


@pytest.mark.parametrize("kind", parity.KINDS)
def test_both_show_identical_objects(found, kind):
    """Every object of this kind is there in both environments, with the same attributes."""
    differing = [each for each in found if each.kind == kind]
    if differing:
        pytest.fail(advice.page(differing), pytrace=False)


def test_every_kind_is_compared(snapshots):
    """No messaging object is of a kind that the tests above leave out."""
    messaging = [parity.messaging(each.catalog) for each in snapshots.values()]
    found = {kind for each in messaging for kind, _ in each.objects}
    left_out = sorted(found - set(parity.KINDS))
    if left_out:
        pytest.fail(
            f"nothing compares what the messaging system has of these kinds: {', '.join(left_out)}", pytrace=False
        )
    unread = sorted({"relation", "column", "constraint", "index", "trigger", "policy", "function", "grant"} - found)
    if unread:
        pytest.fail(
            f"the messaging system has nothing of these kinds in any environment: {', '.join(unread)}", pytrace=False
        )
