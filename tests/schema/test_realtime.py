"""Realtime carries every change of the five tables, whole, and only to whom row-level security shows the row."""

import pytest

from connect.expectations import expect
from connect.schema import TABLES

FULL = "f"


@pytest.mark.parametrize("table", TABLES)
def test_replica_identity_is_full(snapshot, table):
    """An update or delete carries the whole old row."""
    expect(
        f"replica identity of {table}",
        snapshot.catalog.get("relation", f"public.{table}").get("replica identity"),
        FULL,
    )


@pytest.mark.parametrize("table", TABLES)
def test_table_is_published_whole(snapshot, table):
    """The table is in supabase_realtime with all its rows and columns."""
    found = snapshot.catalog.get("published table", f"supabase_realtime public.{table}")
    columns = {
        name.rsplit(".", 1)[1] for name in snapshot.catalog.of_kind("column") if name.startswith(f"public.{table}.")
    }
    actual = (found["rows"], set(found["columns"])) if found else None
    expect(f"{table} in supabase_realtime (row filter, columns)", actual, (None, columns))


@pytest.mark.parametrize("operation", ["insert", "update", "delete"])
def test_operation_is_published(snapshot, operation):
    """The publication carries inserts, updates and deletes."""
    expect(
        f"supabase_realtime carries {operation}",
        snapshot.catalog.get("publication", "supabase_realtime").get(operation),
        True,
    )


@pytest.mark.parametrize("table", TABLES)
def test_row_security_is_on(snapshot, table):
    """Row-level security judges who sees a row."""
    expect(
        f"row-level security of {table}", snapshot.catalog.get("relation", f"public.{table}").get("row security"), True
    )
