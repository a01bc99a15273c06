"""One snapshot of everything that defines a schema.

Read in one query from PostgreSQL's system catalogs (pg_class, pg_attribute, pg_constraint, pg_index, pg_proc,
pg_trigger, pg_policy, pg_publication, their access lists and more): one file of sql/ for each kind of object.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any

from pgproof.catalog import connections
from pgproof.catalog.attributes import Attributes
from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import psycopg

Key = tuple[str, str]

# With an empty search path every name is printed with its schema, whatever the role's own setting.
_BEGIN = (
    "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL search_path = pg_catalog",
    "SET LOCAL statement_timeout = '60s'",
    "SET LOCAL lock_timeout = '2s'",
    "SET LOCAL idle_in_transaction_session_timeout = '60s'",
    "SET LOCAL jit = off",
    "SET LOCAL quote_all_identifiers = off",
    # Expressions are printed with it.
    "SET LOCAL standard_conforming_strings = on",
)
_FOLDER = Path(__file__).with_name("sql")
# How a script of sql/ marks what it added, for rollback.sql. These comments are not part of the schema, nor is a schema
# in which a script keeps what it replaced.
MARK = "connect-migration: "
_COLUMN_ORDER = "column order"
# How many rows are taken from the answer at once.
_AT_ONCE = 100
_NAMED_ROLE = "named role"
_PREPARED = "pgproof_catalog"
# What is read of a database. It grows when more is: what an older reading lacks is not compared with it. 2: roles,
# what was changed on extensions, the functions that expressions are bound to, the options of subscriptions.
READING = 2


@cache
def _query(*, everything: bool) -> bytes:
    """Return the query. core: objects in schemas and their grants; rest: everything else that a database holds."""
    files = sorted((_FOLDER / "core").glob("*.sql")) + (sorted((_FOLDER / "rest").glob("*.sql")) if everything else [])
    together = "\nUNION ALL\n".join(file.read_text() for file in files)
    return f"WITH\n{(_FOLDER / 'scope.sql').read_text()}\n{together}".encode()


@dataclass(frozen=True)
class Catalog:
    """Everything that defines a schema, as PostgreSQL's system catalogs hold it.

    objects: the attributes of each object, by kind ("column", "index", …) and identity ("public.rooms.name").
    parents: the object that another one belongs to, such as the table of a column. column_order: by table.
    major: of the server's version, such as 17. named_roles: those of the server's roles that matter to this database.
    reading: which READING it comes from.
    """

    objects: Mapping[Key, Mapping[str, Any]]
    parents: Mapping[Key, Key] = field(default_factory=dict)
    column_order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    major: int = 0
    named_roles: frozenset[str] = frozenset()
    reading: int = READING

    def get(self, kind: str, identity: str) -> Mapping[str, Any]:
        """Return the attributes of one object; empty if there is no such object."""
        return self.objects.get((kind, identity), {})

    def of_kind(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Return the attributes of all objects of a kind, by identity."""
        return {identity: attributes for (found, identity), attributes in self.objects.items() if found == kind}


def begin_reading(connection: psycopg.Connection[Any]) -> None:
    """Open the transaction in which a snapshot is read: read-only, repeatable read, with bounded waits.

    connection: in autocommit mode. Sets the search path to pg_catalog, which read() and lints.read() rely on. Takes one
    round trip, and none of its own within connection.pipeline().
    """
    if connection.pgconn.pipeline_status:
        # There a text may hold but one statement.
        for statement in _BEGIN:
            connection.execute(statement)
    else:
        connection.execute("; ".join(_BEGIN).encode())


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Let the server keep the plan of read(prepared=True) in this session, which then takes a quarter of its time."""
    from psycopg import sql

    # Planned once, whatever the parameters.
    connection.execute("SET plan_cache_mode = force_generic_plan")
    known = "SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name = %s)"
    if connection.execute(known, [_PREPARED]).fetchone() == (False,):
        begin = sql.SQL("PREPARE {} (text[], text[]) AS ").format(sql.Identifier(_PREPARED)).as_bytes(connection)
        connection.execute(begin + _query(everything=True))


def read(
    connection: psycopg.Connection[Any], schemas: Sequence[str] | None = None, *, prepared: bool = False
) -> Catalog:
    """Return the catalog, read in one round trip; call begin_reading first.

    No pipeline may follow on this connection: libpq goes on to give its first answer in parts, which psycopg refuses.
    schemas: which to read; None for all but the system's own, and also everything outside schemas. prepared: whether
    prepare() was called; then all are read.
    """
    from psycopg import capabilities, sql

    query, parameters = _question(schemas)
    if prepared:
        run = sql.SQL("EXECUTE {} (NULL, {})").format(sql.Identifier(_PREPARED), sql.Literal(list(SCHEMAS)))
        query, parameters = run.as_bytes(connection), []
    # A part at a time, so that the whole answer is not held twice. An older libpq only knows parts of one row.
    size = _AT_ONCE if capabilities.has_stream_chunked() else 1
    return _made(connection, _cursor(connection).stream(query, parameters, size=size))


def ask(connection: psycopg.Connection[Any], schemas: Sequence[str] | None = None) -> psycopg.RawCursor[Any]:
    """Ask what read() does, and return at once within connection.pipeline(); told() returns the catalog."""
    return _cursor(connection).execute(*_question(schemas))


def told(connection: psycopg.Connection[Any], asked: psycopg.RawCursor[Any]) -> Catalog:
    """Return the catalog that was asked for by this connection, whose pipeline has ended."""
    return _made(connection, asked)


def _question(schemas: Sequence[str] | None) -> tuple[bytes, list[Any]]:
    parameters = [None, list(SCHEMAS)] if schemas is None else [list(schemas)]
    return _query(everything=schemas is None), parameters


def _cursor(connection: psycopg.Connection[Any]) -> psycopg.RawCursor[Any]:
    from psycopg import RawCursor
    from psycopg.types.json import set_json_loads

    cursor = RawCursor(connection)
    set_json_loads(Attributes, cursor)
    return cursor


def _made(connection: psycopg.Connection[Any], rows: Iterable[tuple[Any, ...]]) -> Catalog:
    objects: dict[Key, Mapping[str, Any]] = {}
    parents: dict[Key, Key] = {}
    column_order: dict[str, Sequence[str]] = {}
    kept_apart: set[str] = set()
    named_roles: set[str] = set()
    # The same few parents, again and again.
    known: dict[Key, Key] = {}
    for kind, identity, attributes, parent_kind, parent in rows:
        if kind == _COLUMN_ORDER:
            column_order[identity] = tuple(map(intern, attributes["columns"]))
            continue
        if kind == _NAMED_ROLE:
            named_roles.add(identity)
            continue
        key = intern(kind), identity
        assert key not in objects, f"two objects with one name: {kind} {identity}"
        objects[key] = attributes
        if attributes.mentions(MARK) and str(attributes.get("comment")).startswith(MARK):
            if kind == "schema":
                kept_apart.add(identity)
            # Below the mark stands what the comment said before.
            objects[key] = {**attributes, "comment": attributes["comment"].partition("\n")[2] or None}
        if parent_kind is not None and parent is not None:
            parents[key] = known.setdefault((parent_kind, parent), (intern(parent_kind), parent))
    subscriptions = [key for key in objects if key[0] == "subscription"]
    if subscriptions:
        where = connections.read(connection)
        unread = {connections.CONNECTION: None, connections.PASSWORDS: None}
        for key in subscriptions:
            objects[key] = {**objects[key], **where.get(key[1], unread)}
    found = Catalog(objects, parents, column_order, connection.info.server_version // 10000, frozenset(named_roles))
    return _without(found, kept_apart) if kept_apart else found


def _without(catalog: Catalog, schemas: Collection[str]) -> Catalog:
    """Leave out these schemas, with everything in them."""

    def is_kept(key: Key) -> bool:
        while True:
            if key[0] == "schema" and key[1] in schemas:
                return False
            if key not in catalog.parents:
                return True
            key = catalog.parents[key]

    return replace(catalog, objects={key: value for key, value in catalog.objects.items() if is_kept(key)})
