"""Foreign keys beyond the guide's own: whether the table that one leads to holds what every row needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from connect.guide import keys
from connect.guide.columns import switched_on
from connect.schema import TABLES
from pgproof.machinery import folding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from pgproof.catalog import Catalog

# By what people are known in each table; whoever takes part in a chat writes them.
_PEOPLE = {"chats.created_by", "chat_participants.user_id", "chat_messages.sender_id"}
_WRITTEN = ("chats", "chat_participants", "chat_messages")
# By name, since to_regclass() fails where the role may not use the schema.
_VISIBLE = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%s)
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND NOT row_security_active(c.oid)
"""
_OWN = frozenset((*(f"public.{table}" for table in TABLES), "auth.users"))


class Key(NamedTuple):
    """A foreign key of one column. target: the table that it leads to, and column: which of it."""

    table: str
    name: str
    of: str
    target: str
    column: str


class Asked(NamedTuple):
    """Which of the keys' tables can be seen. visible: None if there is no such key."""

    keys: Sequence[Key]
    visible: psycopg.Cursor[Any] | None


def unfilled(connection: psycopg.Connection[Any], catalog: Catalog) -> tuple[Key, ...]:
    """Return the keys that refuse every row, since the table that they lead to is not filled.

    What the role of the connection cannot see is left out. Raises psycopg.Error.
    """
    return told(connection, ask(connection, catalog))


def ask(connection: psycopg.Connection[Any], catalog: Catalog) -> Asked:
    """Ask what is to be known first, and return at once within connection.pipeline(); told() returns the keys."""
    keys = list(_keys(catalog))
    if not keys or not catalog.get("column", "public.chat_participants.user_id"):
        return Asked((), None)
    tables = [*(each.target for each in keys), "public.chat_participants"]
    return Asked(keys, connection.execute(_VISIBLE, [tables]))


def told(connection: psycopg.Connection[Any], asked: Asked) -> tuple[Key, ...]:
    """Return what unfilled() does, once the pipeline has ended; it takes one more round trip if there are such keys."""
    if asked.visible is None:
        return ()
    visible = {target for (target,) in asked.visible.fetchall()}
    readable = [each for each in asked.keys if {each.target, "public.chat_participants"} <= visible]
    if not readable:
        return ()
    query = f"SELECT ARRAY[{', '.join(_refuses(each) for each in readable)}]"
    row = connection.execute(query.encode()).fetchone()
    assert row is not None, "a SELECT without FROM returns a row"
    return tuple(key for key, refuses in zip(readable, row[0], strict=True) if refuses)


def _keys(catalog: Catalog) -> Iterator[Key]:
    for identity, constraint in sorted(catalog.of_kind("constraint").items()):
        key = keys.read(constraint["definition"])
        table, _, name = identity.partition(" ")
        short = table.removeprefix("public.")
        if key is None or len(key.columns) > 1 or short not in _WRITTEN or key.target in _OWN:
            continue
        ((of, there),) = key.columns.items()
        default = catalog.get("column", f"{table}.{of}").get("default")
        is_given = default is not None and folding.value(default, {}) is not None
        if switched_on(constraint) and (f"{short}.{of}" in _PEOPLE or is_given):
            yield Key(short, name, of, key.target, there)


def _refuses(key: Key) -> str:
    """Return SQL that is true if no row can be written: nobody who takes part is there, or nothing at all is."""
    if f"{key.table}.{key.of}" not in _PEOPLE:
        return f"NOT EXISTS (SELECT FROM {key.target})"
    people = "public.chat_participants p"
    return (
        f"EXISTS (SELECT FROM {people} WHERE p.user_id IS NOT NULL)"
        f" AND NOT EXISTS (SELECT FROM {people} JOIN {key.target} t ON t.{key.column} = p.user_id)"
    )
