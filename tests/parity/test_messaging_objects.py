"""Environments show the identical messaging schema: success criterion 6 of the guide."""

import re
from itertools import combinations

import pytest

from connect import parity
from connect.expectations import expect_none
from pgproof.catalog import differences
from pgproof.plugin.options import CHOSEN

DRIFT = "the schema was changed by hand in one of them, or a migration was not run there"
TO_DO = "decide which is right and write a migration for the other; python -m harness diff shows everything"


def pytest_generate_tests(metafunc):
    """Each pair of the chosen environments is compared."""
    if "pair" in metafunc.fixturenames:
        pairs = list(combinations(metafunc.config.stash[CHOSEN], 2))
        ids = [f"{left.name}-{right.name}" for left, right in pairs]
        metafunc.parametrize("pair", pairs, ids=ids, scope="session")


@pytest.fixture(scope="session")
def messaging(snapshots):
    """The messaging objects of each environment, by name."""
    return {name: parity.messaging(each.catalog) for name, each in snapshots.items()}


@pytest.mark.parametrize("kind", parity.KINDS)
def test_both_show_identical_objects(messaging, pair, kind):
    """Every object of this kind is there in both environments, with the same attributes."""
    names = pair[0].name, pair[1].name
    catalogs = (parity.of_kind(messaging[name], kind) for name in names)
    expected = [pattern for environment in pair for pattern in environment.differences]
    lines = (
        line
        for line in differences.lines(*catalogs, names)
        if not any(re.search(pattern, line) for pattern in expected)
    )
    expect_none((line, DRIFT, TO_DO) for line in lines)


def test_every_kind_is_compared(messaging):
    """No messaging object is of a kind that the tests above leave out."""
    found = {kind for each in messaging.values() for kind, _ in each.objects}
    assert found <= set(parity.KINDS)
    assert found >= {"relation", "column", "constraint", "index", "trigger", "policy", "function", "grant"}
