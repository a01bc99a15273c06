"""Mutants of each column: the other nullability, another default, another type; of each table: a column more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide.columns import COLUMNS
from connect.mutants import Group, mutant, parity, validation
from connect.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.mutants import Mutant
    from pgproof.catalog import Catalog

# A type that somebody in a hurry might choose instead, and below a value of the right type.
_OTHER_TYPE = {
    "text": "character varying(255)",
    "text[]": "character varying(255)[]",
    "bigint": "integer",
    "integer": "bigint",
    "smallint": "integer",
    "numeric": "double precision",
    "double precision": "real",
    "boolean": "text",
    "jsonb": "json",
    "date": "timestamp without time zone",
    "timestamp with time zone": "timestamp without time zone",
}
# The front end does not mind how long a text may be.
_TEXTS = ("text", "text[]")
SOME_VALUE = {
    "uuid": "'00000000-0000-4000-8000-000000000000'",
    "text": "''",
    "text[]": "'{}'",
    "bigint": "0",
    "integer": "0",
    "smallint": "0",
    "numeric": "0",
    "double precision": "0",
    "boolean": "false",
    "jsonb": "'{}'",
    "date": "'2020-01-01'",
    "timestamp with time zone": "'2020-01-01'",
}
# PostgreSQL does not change the type of a column that a policy uses; a domain is stored like its base type.
_RETYPED_BY_HAND = """
CREATE DOMAIN private.identifier AS uuid;
UPDATE pg_attribute SET atttypid = 'private.identifier'::regtype WHERE {where}
"""


def mutants(catalog: Catalog) -> Iterator[Mutant]:
    """Yield mutants named column-TABLE.COLUMN-nullable, -default and -type, and column-TABLE-added."""
    for identity, column in catalog.of_kind("column").items():
        _, table, name = identity.split(".")
        if table not in TABLES:
            continue
        title, alter = f"column-{table}.{name}", f"ALTER TABLE public.{table} ALTER COLUMN {name}"
        where = f"attrelid = 'public.{table}'::regclass AND attname = '{name}'"
        # In the catalog by hand: ALTER TABLE makes neither a key nullable nor a column with NULLs NOT NULL.
        flipped = f"UPDATE pg_attribute SET attnotnull = NOT attnotnull WHERE {where}"
        yield mutant(f"{title}-nullable", flipped, _judge(table, name, "NOT NULL"), parity("column"))
        other = f"SET DEFAULT {SOME_VALUE[column['type']]}" if column["default"] is None else "DROP DEFAULT"
        yield mutant(f"{title}-default", f"{alter} {other}", _judge(table, name), parity("column"))
        if column["type"] == "uuid":
            retyped = _RETYPED_BY_HAND.format(where=where)
        else:
            retyped = f"{alter} DROP DEFAULT, ALTER COLUMN {name} TYPE {_OTHER_TYPE[column['type']]}"
        criterion = [
            f"tests/schema/test_columns.py::test_column_can_be_used[{{env}}-{table}.{name}]",
            validation("columns"),
        ]
        guide = criterion if f"{table}.{name}" in COLUMNS and column["type"] not in _TEXTS else []
        yield mutant(f"{title}-type", retyped, _judge(table, name), *guide, parity("column"))
    for table in TABLES:
        added = f"ALTER TABLE public.{table} ADD COLUMN added text"
        yield mutant(
            f"column-{table}-added",
            added,
            f"tests/schema/own_baseline/test_columns.py::test_no_column_is_undeclared[{{env}}-{table}]",
            parity("column"),
        )


def _judge(table: str, name: str, what: str = "") -> Group:
    """Return the test of this column; the columns that 001 makes NOT NULL have separate tests."""
    if table == "chat_participants" and name in ("chat_id", "user_id"):
        if what:
            return (f"tests/schema/test_not_null.py::test_participant_key_is_not_null[{{env}}-{name}]",)
        return (
            f"tests/schema/own_baseline/test_columns.py::test_participant_key_has_its_type[{{env}}-{table}.{name}]",
        )
    return (f"tests/schema/own_baseline/test_columns.py::test_column_is_as_declared[{{env}}-{table}.{name}]",)
