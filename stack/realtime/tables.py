"""What the catalog says of a table whose changes are delivered: how its values are typed, its key, its row security."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack.realtime.jsontypes import Type

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from stack.realtime.pgoutput import Relation

# A domain is typed as its base type, through domains of domains; an array by the type of its elements.
_QUERY = """
WITH RECURSIVE based AS (
  SELECT t.oid AS type, t.oid AS base FROM pg_type t
  WHERE t.oid = ANY(%(types)s::oid[]) OR t.typarray = ANY(%(types)s::oid[])
  UNION
  SELECT based.type, t.typbasetype FROM based JOIN pg_type t ON t.oid = based.base WHERE t.typtype = 'd'
), bases AS (
  SELECT based.type, t.typname AS name, t.oid FROM based JOIN pg_type t ON t.oid = based.base WHERE t.typtype <> 'd'
)
SELECT
  c.relrowsecurity,
  ARRAY(
    SELECT ARRAY[a.attname::text, format_type(a.atttypid, NULL)]
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY a.attnum
  ),
  (
    SELECT json_object_agg(t.oid, json_build_array(t.typname, bases.name, element.name))
    FROM pg_type t
    JOIN bases ON bases.type = t.oid
    LEFT JOIN pg_type of_array ON of_array.typarray = bases.oid
    LEFT JOIN bases element ON element.type = of_array.oid
    WHERE t.oid = ANY(%(types)s::oid[])
  )
FROM pg_class c WHERE c.oid = %(oid)s
"""


@dataclass(frozen=True)
class Table:
    """A table. columns: in order, with their types. key: the primary key's, each with its type as SQL writes it."""

    relation: Relation
    columns: dict[str, Type]
    key: dict[str, str]
    row_security: bool


async def describe(connection: AsyncConnection[Any], relation: Relation) -> Table | None:
    """Return the table as it is now, None if it is gone."""
    types = sorted({type_oid for _, type_oid in relation.columns})
    cursor = await connection.execute(_QUERY, {"oid": relation.oid, "types": types})
    found = await cursor.fetchone()
    if found is None:
        return None
    row_security, key, by_oid = found
    # The type of a column that has been dropped since may be gone, and no value of that column is shown any more.
    columns = {name: Type(*by_oid[str(oid)]) for name, oid in relation.columns if str(oid) in (by_oid or {})}
    return Table(relation, columns, dict(key), row_security)
