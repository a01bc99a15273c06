"""Keeps a database's own triggers from rewriting rows that are meant as they are. Foreign keys still hold."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

# A partition's trigger follows its parent's.
_FIRING = """
SELECT n.nspname, c.relname, t.tgname, t.tgenabled = 'A'
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A')
  AND t.tgrelid = coalesce(%s::regclass, t.tgrelid) ORDER BY 1, 2, 3
"""


@contextmanager
def without_triggers(connection: psycopg.Connection[Any], table: str | None = None) -> Iterator[None]:
    """Disable the triggers of all tables or of one, and enable them again after the block as they were.

    table: with its schema, quoted where SQL demands it.
    """
    firing = connection.execute(_FIRING, [table]).fetchall()
    for schema, relation, name, _ in firing:
        _switch(connection, "DISABLE", schema, relation, name)
    yield
    for schema, relation, name, always in firing:
        _switch(connection, "ENABLE ALWAYS" if always else "ENABLE", schema, relation, name)


def _switch(connection: psycopg.Connection[Any], how: str, schema: str, table: str, name: str) -> None:
    words = {"DISABLE": sql.SQL("DISABLE"), "ENABLE": sql.SQL("ENABLE"), "ENABLE ALWAYS": sql.SQL("ENABLE ALWAYS")}
    connection.execute(
        sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(sql.Identifier(schema, table), words[how], sql.Identifier(name))
    )
