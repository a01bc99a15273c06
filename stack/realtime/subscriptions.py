"""What a channel asks of postgres_changes: entries of its join, checked against the database as its viewer."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from psycopg import sql

from stack.realtime import comparisons, filters
from stack.realtime.filters import BadFilterError
from stack.realtime.replication import PUBLICATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import AsyncConnection

    from stack.realtime.comparisons import Comparison
    from stack.realtime.visibility import Viewer

EVENTS = ("*", "INSERT", "UPDATE", "DELETE")
_ROLE = "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s"
_PUBLISHED = """
SELECT FROM pg_publication_tables
WHERE pubname = %(publication)s AND %(schema)s::text IN ('*', schemaname::text)
  AND %(table)s::text IN ('*', tablename::text) LIMIT 1
"""
_COLUMNS = """
SELECT a.attname, t.typname, format_type(a.atttypid, NULL), coalesce(NOT c.collisdeterministic, false)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation c ON c.oid = a.attcollation
WHERE a.attrelid = format('%%I.%%I', %(schema)s::text, %(table)s::text)::regclass
  AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(%(role)s, a.attrelid, a.attnum, 'SELECT')
"""


class BadSubscriptionError(Exception):
    """What was asked for cannot be subscribed to; one sentence says why."""


@dataclass(frozen=True)
class Entry:
    """One entry of a join, as given. "*" stands for any schema or table."""

    event: str
    schema: str
    table: str
    filter: str
    select: frozenset[str]
    given: Mapping[str, Any]

    @cached_property
    def id(self) -> int:
        """The id that changes refer to the entry by."""
        return entry_id(self.given)

    def concerns(self, kind: str, schema: str, table: str) -> bool:
        """Return whether it asks for changes of this kind in that table."""
        return self.event in ("*", kind) and self.table in ("*", table) and self.schema in ("*", schema)


@dataclass(frozen=True)
class Subscription:
    """An entry that the database has confirmed for a viewer."""

    entry: Entry
    viewer: Viewer
    comparisons: tuple[Comparison, ...]


def entry_id(given: Mapping[str, Any]) -> int:
    """Return the id of an entry: never 0, and the same for the same entry on every socket."""
    return zlib.crc32(json.dumps(given, sort_keys=True).encode()) & 0x7FFFFFF or 1


def read(given: Mapping[str, Any]) -> Entry:
    """Return an entry of a join's `postgres_changes`, checked. Raises BadSubscriptionError if it is not valid."""
    texts = {name: given.get(name) for name in ("event", "schema", "table", "filter")}
    for name, value in texts.items():
        if value is not None and not isinstance(value, str):
            raise BadSubscriptionError(f"'{name}' of an entry of postgres_changes must be a string")
    select = given.get("select") or []
    if not isinstance(select, list) or not all(isinstance(name, str) for name in select):
        raise BadSubscriptionError("'select' of an entry of postgres_changes must be a list of column names")
    if texts["event"] not in EVENTS:
        raise BadSubscriptionError(f"'{texts['event']}' is not an event; use one of {', '.join(EVENTS)}")
    if not texts["schema"]:
        raise BadSubscriptionError("an entry of postgres_changes needs a schema, which may be '*'")
    entry = Entry(
        texts["event"], texts["schema"], texts["table"] or "*", texts["filter"] or "", frozenset(select), given
    )
    if (entry.filter or entry.select) and "*" in {entry.schema, entry.table}:
        raise BadSubscriptionError("a filter or select needs one schema and one table")
    return entry


async def confirm(connection: AsyncConnection[Any], entry: Entry, viewer: Viewer) -> Subscription:
    """Look an entry up in the database, and return it as a subscription of the viewer.

    Raises BadSubscriptionError if it cannot be subscribed to, psycopg.OperationalError if that cannot be told now.
    """
    where = {"schema": entry.schema, "table": entry.table}
    if (role := await _one(connection, _ROLE, [viewer.role])) is None or not role[0]:
        raise BadSubscriptionError(f"the role '{viewer.role}' of the token is not one that the API may take")
    if await _one(connection, _PUBLISHED, {**where, "publication": PUBLICATION}) is None:
        raise BadSubscriptionError(
            f"'{entry.schema}.{entry.table}' is not in the publication {PUBLICATION}, so its changes are not sent"
        )
    if not entry.filter and not entry.select:
        return Subscription(entry, viewer, ())
    try:
        conditions = filters.parse(entry.filter)
        cursor = await connection.execute(_COLUMNS, {**where, "role": viewer.role})
        columns = {name: rest for name, *rest in await cursor.fetchall()}
        wanted = entry.select | {condition.column for condition in conditions}
        if missing := sorted(wanted - columns.keys()):
            raise BadFilterError(
                f"'{entry.schema}.{entry.table}' has no column {', '.join(missing)} that {viewer.role} may read"
            )
        bound = []
        for condition in conditions:
            pg_type, type_name, collated = columns[condition.column]
            bound.append(await comparisons.bind(connection, condition, pg_type, type_name, collated=collated))
    except BadFilterError as error:
        raise BadSubscriptionError(str(error)) from None
    return Subscription(entry, viewer, tuple(bound))


async def _one(connection: AsyncConnection[Any], query: str, parameters: Any) -> tuple[Any, ...] | None:
    found: tuple[Any, ...] | None = await (await connection.execute(sql.SQL(query), parameters)).fetchone()
    return found
