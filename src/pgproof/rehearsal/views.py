"""What views and materialized views give: a script can change that without touching a row of any table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from pgproof.rehearsal import rows
from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Not those that belong to an extension, which show the server and not the project.
_VIEWS = """
SELECT n.nspname, c.relname,
  ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND c.relispopulated AND n.nspname NOT LIKE 'pg\\_%%'
  AND n.nspname <> 'information_schema' AND n.nspname <> ALL (%s)
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""
_LIMIT = "SET LOCAL statement_timeout = '5s'"

Results = dict[str, tuple[int, str]]


def read(connection: psycopg.Connection[Any]) -> Results:
    """Return for each view how many rows it gives and a hash of them. Left out is one that gives an error."""
    found = {}
    for schema, name, columns in connection.execute(_VIEWS, [list(SCHEMAS)]).fetchall():
        query = sql.SQL(
            "SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)::numeric), 0)::text FROM {}"
        ).format(sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, name))
        with rows.reading(connection):
            try:
                connection.execute(_LIMIT)
                (row,) = connection.execute(query).fetchall()
            except psycopg.Error:
                # What cannot be read, such as a view that calls a function for its caller, gives nothing to compare.
                continue
            found[f"{schema}.{name}"] = row
    return found


def changed(before: Mapping[str, tuple[int, str]], connection: psycopg.Connection[Any]) -> Iterator[str]:
    """Yield a sentence for each view that gives other rows than before. before: what read() returned."""
    if not before:
        return
    now = read(connection)
    again = read(connection)
    for name in sorted(before.keys() & now.keys()):
        # A view on the clock gives other rows each time.
        if before[name] != now[name] and now[name] == again.get(name):
            counts = f"{before[name][0]} before, {now[name][0]} after"
            yield f"the view {name} gives other rows than before ({counts}), which whoever reads it gets"
