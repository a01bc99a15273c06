"""The indexes of the messaging system are there, valid, and as they are declared."""

import pytest

from connect.expectations import expect
from connect.schema import SCHEMA

INDEXES = {name: SCHEMA.index(table, name) for table, name, _ in SCHEMA.of_tables("indexes")}


@pytest.mark.parametrize("name", INDEXES)
def test_index_is_as_declared(snapshot, script_of, name):
    """The index has its columns, order, uniqueness and predicate, and can be used."""
    index = snapshot.catalog.get("index", f"public.{name}")
    actual = (index["definition"], index["valid"], index["ready"]) if index else None
    expect(f"index {name} (definition, valid, ready)", actual, (INDEXES[name], True, True), script_of("index", name))
