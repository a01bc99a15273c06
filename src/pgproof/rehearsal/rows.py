"""A fingerprint of the rows of every table: two databases with the same fingerprint hold the same rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg

_TABLES = """
SELECT n.nspname, c.relname, c.relkind, c.oid::bigint,
  ARRAY(SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname),
  ARRAY(SELECT a.attnum::int FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname),
  ARRAY(SELECT a.attname::text FROM pg_index i, pg_attribute a
        WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
        ORDER BY a.attnum)
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
# Whatever a database or role sets, values are printed alike.
PRINTED_ALIKE = """
SET LOCAL search_path = pg_catalog;
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL lc_monetary = 'C'
"""


@dataclass(frozen=True)
class Rows:
    """What a table holds, whatever the order of rows and columns.

    whole: a hash of the rows. columns: of each column, a hash of its values and how many are NULL.
    """

    count: int
    whole: str
    columns: Mapping[str, tuple[str, int]]


class Layout(NamedTuple):
    """What a table is, so that it is known again under another name.

    kind: of pg_class, "r" or "m". columns: the number of each, by name in the order of names. key: the columns of the
    primary key.
    """

    schema: str
    name: str
    kind: str
    oid: int
    columns: Mapping[str, int]
    key: tuple[str, ...]


@contextmanager
def reading(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Open a read-only transaction in which values are printed alike in every database; roll it back at the end.

    connection: of a superuser, autocommit.
    """
    # Several statements at once cannot be prepared.
    connection.prepare_threshold = None
    connection.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;{PRINTED_ALIKE}".encode())
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def layouts(connection: psycopg.Connection[Any]) -> dict[str, Layout]:
    """Return the tables that a fingerprint covers, by name, such as "public.notes". Source: pg_class, pg_attribute."""
    return {
        f"{schema}.{name}": Layout(schema, name, kind, oid, dict(zip(columns, numbers, strict=True)), tuple(key))
        for schema, name, kind, oid, columns, numbers, key in connection.execute(_TABLES).fetchall()
    }


def fingerprint(
    connection: psycopg.Connection[Any],
    columns: Mapping[str, Sequence[str]] | None = None,
    known: Mapping[str, Layout] | None = None,
) -> dict[str, Rows]:
    """Return what each table holds, by its name.

    columns: the tables to read and the columns of each that count, in their order; by default all. known: the layouts,
    if they are at hand.
    """
    known = layouts(connection) if known is None else known
    queries = [
        _query(name, layout, list(layout.columns) if columns is None else columns[name])
        for name, layout in known.items()
        if columns is None or name in columns
    ]
    if not queries:
        return {}
    return {
        name: Rows(count, whole, {c: (hashed, count - there) for c, hashed, there in zip(*each, strict=True)})
        for name, count, whole, *each in connection.execute(sql.SQL(" UNION ALL ").join(queries))
    }


def _query(name: str, layout: Layout, columns: Sequence[str]) -> sql.Composed:
    one = sql.SQL(
        "SELECT {name}, count(*), coalesce(sum(hashtextextended(ROW({columns})::text, 0)::numeric), 0)::text,"
        " ARRAY[{names}]::text[], ARRAY[{hashes}]::text[], ARRAY[{there}]::bigint[] FROM {table}"
    )
    identifiers = list(map(sql.Identifier, columns))
    comma = sql.SQL(", ")
    return one.format(
        name=name,
        columns=comma.join(identifiers),
        names=comma.join(map(sql.Literal, columns)),
        hashes=comma.join(sql.SQL("sum({})").format(hashed(each)) for each in columns),
        there=comma.join(sql.SQL("count({})").format(each) for each in identifiers),
        table=sql.Identifier(layout.schema, layout.name),
    )


def hashed(column: str) -> sql.Composed:
    """Return an expression for the hash of one value of a column, NULL for NULL."""
    return sql.SQL('hashtextextended({}::text COLLATE "C", 0)::numeric').format(sql.Identifier(column))


def passed_over(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """Return the tables that no fingerprint covers, each with the reason in brackets."""
    return tuple(name for (name,) in connection.execute(_PASSED_OVER))
