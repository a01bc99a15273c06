"""A fingerprint of the rows of every table: two databases with the same one hold the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    import psycopg

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY 1, 2
"""


def fingerprint(connection: psycopg.Connection[Any]) -> dict[str, tuple[int, str]]:
    """By table: the number of its rows, and a hash of them that does not depend on their order."""
    tables = connection.execute(_TABLES).fetchall()
    one = sql.SQL(
        "SELECT {name}, count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {table} t"
    )
    query = sql.SQL(" UNION ALL ").join(
        one.format(name=f"{schema}.{table}", table=sql.Identifier(schema, table)) for schema, table in tables
    )
    return {name: (count, hashed) for name, count, hashed in connection.execute(query).fetchall()} if tables else {}
