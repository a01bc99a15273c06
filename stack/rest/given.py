"""The rows that a body gives, as SQL: their columns and values, and what becomes of those that exist already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.errors import no_column, no_column_to_write
from stack.rest.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack.rest.payload import Payload
    from stack.rest.relations import Column, Relation
    from stack.rest.sql import Values

# How many rows an upsert inserted: one more for each that it tries, one less for each that it updates instead.
TALLY = "coalesce(nullif(current_setting('pgrst.inserted', true), ''), '0')::int"


def columns_to_write(relation: Relation, payload: Payload) -> list[Column]:
    """Return the columns that a body has values for. Raises ApiError for a key that is none."""
    for name in payload.columns:
        if name not in relation.columns:
            raise no_column_to_write(relation.name, name)
    return [relation.columns[name] for name in payload.columns]


def value_sql(column: Column) -> str:
    """Return the value that the body gives a column, as SQL."""
    given = f"given.{quoted(column.name)}"
    return f"{column.read}({given})" if column.read else given


def rows_of(payload: Payload, columns: Sequence[Column], values: Values, *, defaults: bool) -> str:
    """Return the rows of the body as SQL, named "given"."""
    body = values.add(payload.text)
    typed = ", ".join(f"{quoted(each.name)} {'json' if each.read else each.type}" for each in columns)
    if not columns:
        rows = f"{body}::json" if payload.is_array else f"json_build_array({body}::json)"
        return f"json_array_elements({rows}) AS given"
    if not defaults:
        function = "json_to_recordset" if payload.is_array else "json_to_record"
        return f"{function}({body}::json) AS given({typed})"
    rows = f"{body}::jsonb" if payload.is_array else f"jsonb_build_array({body}::jsonb)"
    missing = ", ".join(f"{values.add(each.name)}::text, {each.default}" for each in columns if each.default)
    filled = f"SELECT jsonb_agg(jsonb_build_object({missing}) || one) FROM jsonb_array_elements({rows}) AS one"
    return f"jsonb_to_recordset(({filled})) AS given({typed})"


def conflict_sql(
    relation: Relation, columns: Sequence[Column], on_conflict: Sequence[str] | None, resolution: str | None
) -> tuple[str, str]:
    """Return a condition on the rows that are tried, and what to do with those that exist."""
    target = on_conflict or relation.primary_key
    for name in target:
        if name not in relation.columns:
            raise no_column(relation.name, name)
    if resolution is None or not target:
        return "", ""
    conflict = f" ON CONFLICT ({', '.join(quoted(name) for name in target)}) DO "
    if resolution == "ignore-duplicates" or not columns:
        return "", conflict + "NOTHING"
    changes = ", ".join(f"{quoted(each.name)} = EXCLUDED.{quoted(each.name)}" for each in columns)
    return (
        f" WHERE set_config('pgrst.inserted', ({TALLY} + 1)::text, true) <> '0'",
        f"{conflict}UPDATE SET {changes} WHERE set_config('pgrst.inserted', ({TALLY} - 1)::text, true) <> '-1'",
    )
