"""Realtime carries the messaging tables of this repository's own baseline with all their columns."""

import pytest

from connect.expectations import expect
from connect.schema import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_table_is_published_whole(snapshot, table):
    """The table is in supabase_realtime with all its rows and columns."""
    found = snapshot.catalog.get("published table", f"supabase_realtime public.{table}")
    columns = {
        name.rsplit(".", 1)[1] for name in snapshot.catalog.of_kind("column") if name.startswith(f"public.{table}.")
    }
    actual = (found["rows"], set(found["columns"])) if found else None
    expect(f"{table} in supabase_realtime (row filter, columns)", actual, (None, columns))
