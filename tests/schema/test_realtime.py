"""Realtime carries every change of the five tables, whole."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide import events
from connect.schema import SCHEMA

OPERATIONS = ("insert", "update", "delete")


@pytest.mark.parametrize("table", SCHEMA.tables)
def test_replica_identity_is_full(snapshot, table):
    """An update or delete carries the whole old row."""
    wrong, to_do = events.replica_identity(snapshot.catalog, table) or (None, "")
    expect_nothing_wrong(f"replica identity of {table}", wrong, to_do)


@pytest.mark.parametrize("table", SCHEMA.tables)
def test_table_is_published(snapshot, table):
    """The table is in supabase_realtime, with every row and the columns that the front end uses."""
    to_do = f"{events.publishing(snapshot.catalog, table)} (without a filter or a list of columns)"
    expect_nothing_wrong(f"{table} in {SCHEMA.publication}", events.published(snapshot.catalog, table), to_do)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation_is_published(snapshot, operation):
    """The publication carries inserts, updates and deletes."""
    carried = snapshot.catalog.get("publication", SCHEMA.publication).get(operation)
    to_do = f"ALTER PUBLICATION {SCHEMA.publication} SET (publish = 'insert, update, delete, truncate');"
    expect_nothing_wrong(f"{SCHEMA.publication}, {operation}", None if carried else "not carried", to_do)
