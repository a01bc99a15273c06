"""The `data` of a postgres_changes event, as JSON in Supabase Realtime's shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stack.realtime.jsontypes import as_json

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stack.realtime.pgoutput import Change
    from stack.realtime.tables import Table

# Of a larger row only the small values are sent.
_LARGEST_ROW = 1024 * 1024
_LARGEST_VALUE = 64
UNAUTHORIZED = "Error 401: Unauthorized"
NO_KEY = "Error 400: Bad Request, no primary key"
_TOO_LARGE = "Error 413: Payload Too Large"


def failure(change: Change, error: str) -> str:
    """Return an event that tells no more than that there was a change, and the error."""
    return json.dumps(
        {
            "schema": change.relation.schema,
            "table": change.relation.table,
            "type": change.kind,
            "commit_timestamp": None,
            "columns": [],
            "record": {},
            "errors": [error],
        },
        ensure_ascii=False,
    )


def data(change: Change, table: Table, shown: Collection[str]) -> str:
    """Return the event with the columns that are shown.

    Of a deleted row of a table with row security, only the key is shown. Of rows that together have over 1 MiB, only
    values of up to 64 bytes are, and errors says so.
    """
    columns = {name: column for name, column in table.columns.items() if name in shown}
    too_large = _size(change.new) + _size(change.old) > _LARGEST_ROW
    parts = {
        "schema": json.dumps(change.relation.schema, ensure_ascii=False),
        "table": json.dumps(change.relation.table, ensure_ascii=False),
        "type": f'"{change.kind}"',
        "commit_timestamp": f'"{change.committed:%Y-%m-%dT%H:%M:%S}.{change.committed.microsecond // 1000:03}Z"',
        "columns": json.dumps(
            [{"name": name, "type": column.name} for name, column in columns.items()], ensure_ascii=False
        ),
        "errors": json.dumps([_TOO_LARGE] if too_large else None),
    }

    def row(values: Mapping[str, str | None]) -> str:
        return _object(
            {
                name: as_json(values[name], column)
                for name, column in columns.items()
                if name in values and not (too_large and _length(values[name]) > _LARGEST_VALUE)
            }
        )

    if change.new is not None:
        parts["record"] = row(change.new)
    if change.kind != "INSERT":
        parts["old_record"] = row(_old(change, table))
    return _object(parts)


def _old(change: Change, table: Table) -> Mapping[str, str | None]:
    """Return what is told of the row before: if the stream does not repeat it, the key, which did not change."""
    if change.old is None:
        return {name: value for name, value in (change.new or {}).items() if name in table.key}
    if change.kind == "DELETE" and table.row_security:
        return {name: value for name, value in change.old.items() if name in table.key}
    return change.old


def _object(parts: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{value}" for name, value in parts.items()) + "}"


def _size(row: Mapping[str, str | None] | None) -> int:
    return sum(map(_length, (row or {}).values()))


def _length(value: str | None) -> int:
    return 0 if value is None else len(value.encode())
