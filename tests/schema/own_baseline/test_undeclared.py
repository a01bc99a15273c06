"""The messaging schemas of this repository's own baseline hold nothing that schema.toml does not declare."""

import pytest

from connect.expectations import expect
from connect.undeclared import KINDS, undeclared


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_undeclared_is_there(snapshot, kind):
    """No object of this kind is there that nobody declared."""
    expect(f"{kind}: objects that nobody declared", undeclared(snapshot.catalog, kind), [])


def test_every_kind_is_looked_at(snapshot):
    """No object is of a kind that the tests above leave out; default privileges are the platform's."""
    found = {kind for kind, _ in snapshot.catalog.objects}
    assert found <= {*KINDS, "default privileges"}
