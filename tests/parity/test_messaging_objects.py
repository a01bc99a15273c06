"""Both environments show the identical messaging schema: success criterion 6 of the guide."""

import pytest

from harness import catalog, parity
from harness.report import expect_none

DRIFT = "the schema was changed by hand in one of them, or a migration was not run there"
TO_DO = "decide which is right and write a migration for the other; python -m harness diff shows everything"


@pytest.fixture(scope="session")
def both(snapshots):
    """The names of the two environments, and their messaging objects."""
    return tuple(snapshots), [parity.messaging(each.catalog) for each in snapshots.values()]


@pytest.mark.parametrize("kind", parity.KINDS)
def test_identical(both, kind):
    """Every object of this kind is there in both environments, with the same attributes."""
    names, catalogs = both
    lines = catalog.differences(*(parity.of_kind(each, kind) for each in catalogs), names)
    expect_none((line, DRIFT, TO_DO) for line in lines)


def test_every_kind_is_compared(both):
    """No messaging object is of a kind that the tests above leave out."""
    found = {kind for each in both[1] for kind, _ in each.objects}
    assert found <= set(parity.KINDS)
    assert found >= {"relation", "column", "constraint", "index", "trigger", "policy", "function", "grant"}
