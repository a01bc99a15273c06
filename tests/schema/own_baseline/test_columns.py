"""The messaging tables have the declared columns, with their types, defaults and nullability."""

import pytest

from connect.expectations import expect
from connect.guide.columns import is_not_null
from connect.schema import SCHEMA, TABLES

COLUMNS = {f"{table}.{name}": column for table, name, column in SCHEMA.of_tables("columns")}
# What a script of sql/ makes NOT NULL; test_not_null.py judges that.
ALIGNED = {addition.object for addition in SCHEMA.additions if addition.kind == "not null"}


@pytest.mark.parametrize("name", [name for name in COLUMNS if name not in ALIGNED])
def test_column_is_as_declared(snapshot, name):
    """The column has its type, default and nullability."""
    column, declared = snapshot.catalog.get("column", f"public.{name}"), COLUMNS[name]
    required = is_not_null(snapshot.catalog, f"public.{name}")
    actual = (column["type"], required, column["default"]) if column else None
    expect(f"{name} (type, NOT NULL, default)", actual, (declared.type, declared.not_null, declared.default))


@pytest.mark.parametrize("name", sorted(ALIGNED))
def test_participant_key_has_its_type(snapshot, name):
    """A participant's chat and user have their type and default, whatever the migration has yet to do."""
    column, declared = snapshot.catalog.get("column", f"public.{name}"), COLUMNS[name]
    actual = (column.get("type"), column.get("default"))
    expect(f"{name} (type, default)", actual, (declared.type, declared.default))


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_undeclared(snapshot, table):
    """The table has no column that is not declared."""
    found = {name.removeprefix("public.") for name in snapshot.catalog.of_kind("column")}
    others = {name for name in found - COLUMNS.keys() if name.startswith(f"{table}.")}
    expect(f"columns of {table} that nobody declared", others, set())
