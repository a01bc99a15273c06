"""The tables have the columns that the guide and the front end use; whatever else they have is the project's affair."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide import columns
from connect.schema import SCHEMA


@pytest.mark.parametrize("name", columns.COLUMNS)
def test_column_can_be_used(snapshot, name):
    """The column is there, and holds what the front end writes and orders by."""
    table, column = name.split(".")
    to_do = f"ALTER TABLE public.{table} ADD COLUMN {column} {columns.COLUMNS[name].type}, or give it that type"
    expect_nothing_wrong(f"column {name}", columns.column(snapshot.catalog, name), to_do)


@pytest.mark.parametrize("name", columns.REFERENCES)
def test_column_refers_to_what_exists(snapshot, name):
    """A foreign key, whatever its name, keeps the column to rows that exist."""
    table, column = name.split(".")
    to_do = (
        f"ALTER TABLE public.{table} ADD FOREIGN KEY ({column}) REFERENCES {columns.REFERENCES[name]} (id) NOT VALID,"
        " then VALIDATE CONSTRAINT"
    )
    expect_nothing_wrong(f"foreign key of {name}", columns.reference(snapshot.catalog, name), to_do)


@pytest.mark.parametrize("table", SCHEMA.tables)
def test_table_has_row_security(snapshot, table):
    """Row-level security judges who sees a row, by the API and by realtime."""
    on = snapshot.catalog.get("relation", f"public.{table}").get("row security")
    to_do = f"write its policies, then ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"
    expect_nothing_wrong(f"row-level security of {table}", None if on else "off", to_do)
