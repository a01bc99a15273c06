"""A fingerprint of the rows of every table: two databases with the same fingerprint hold the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

_TABLES = """
SELECT n.nspname, c.relname,
  ARRAY(SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY 1, 2
"""
_PASSED_OVER = """
SELECT n.nspname || '.' || c.relname || CASE c.relkind WHEN 'f' THEN ' (foreign table)' ELSE ' (not populated)' END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (c.relkind = 'f' OR c.relkind = 'm' AND NOT c.relispopulated) AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1
"""


def fingerprint(
    connection: psycopg.Connection[Any], columns: Mapping[str, Sequence[str]] | None = None
) -> dict[str, tuple[int, str]]:
    """Return the number of rows and their hash, by table. The hash depends neither on their order nor on the columns'.

    columns: the tables to read and the columns of each that count, by default all.
    """
    one = sql.SQL(
        "SELECT {name}, count(*), md5(coalesce(string_agg(row, '' ORDER BY row), ''))"
        " FROM (SELECT md5(ROW({columns})::text) AS row FROM {table}) AS rows"
    )
    queries = [
        one.format(
            name=f"{schema}.{table}",
            columns=sql.SQL(", ").join(map(sql.Identifier, own if columns is None else columns[f"{schema}.{table}"])),
            table=sql.Identifier(schema, table),
        )
        for schema, table, own in connection.execute(_TABLES).fetchall()
        if columns is None or f"{schema}.{table}" in columns
    ]
    if not queries:
        return {}
    return {name: (count, hashed) for name, count, hashed in connection.execute(sql.SQL(" UNION ALL ").join(queries))}


def columns(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each table that a fingerprint covers, in order of their names."""
    found = connection.execute(_TABLES).fetchall()
    return {f"{schema}.{table}": tuple(own) for schema, table, own in found}


def passed_over(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Return the tables that no fingerprint covers, each with the reason in brackets."""
    return tuple(name for (name,) in connection.execute(_PASSED_OVER))
