"""The guide's criteria that a snapshot does not meet, each with what it is about: those of tests/schema, without 004.

A migration must not break one that held before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide import asking, bodies, columns, events, functions, indexes, sending, settings, triggers
from connect.schema import SCHEMA
from pgproof.errors import Inconclusive
from pgproof.snapshot import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.snapshot import Snapshot

_OPERATIONS = ("insert", "update", "delete")
_KEY = ("chat_id", "user_id")
# The facts that no row may break, each with the table that they are about.
_FACTS = {
    "messages without seq": "chat_messages",
    "duplicate seq": "chat_messages",
    "chats behind their last message": "chats",
    "replies to another chat": "chat_messages",
    **{f"participants without {column}": "chat_participants" for column in _KEY},
    **{
        f"orphans {name}": name.partition(".")[0]
        for name, target in columns.REFERENCES.items()
        if target.startswith("public.")
    },
}


def broken(snapshot: Snapshot) -> Iterator[Broken]:
    """Yield each criterion that the snapshot does not meet. What the session could not see is left out."""
    for part in (_columns, _realtime, _indexes, _writes, _functions, _rows, _reach):
        yield from part(snapshot)


def _reach(snapshot: Snapshot) -> Iterator[Broken]:
    for name, result in snapshot.steps.items():
        for fault in result.wrong:
            yield Broken(f"step {name}: {fault.what}", "", f"{result.step.fails}: {fault.what}", fault.to_do)
    for name in settings.SETTINGS:
        if found := settings.setting(snapshot.machinery, name):
            yield Broken(f"setting {name}", "", *found)
    if wrong := settings.database(snapshot.machinery):
        yield Broken("the database", "", f"the database: {wrong}", "let it take connections again")


def _columns(snapshot: Snapshot) -> Iterator[Broken]:
    catalog = snapshot.catalog
    for name, wanted in columns.COLUMNS.items():
        table, column = name.split(".")
        if wrong := columns.column(catalog, name):
            to_do = f"ALTER TABLE public.{table} ADD COLUMN {column} {wanted.type}, or give it that type"
            yield _about(table, f"column {name}", wrong, to_do)
    for name, target in columns.REFERENCES.items():
        table, column = name.split(".")
        if wrong := columns.reference(catalog, name):
            key = f"FOREIGN KEY ({column}) REFERENCES {target} (id)"
            to_do = f"ALTER TABLE public.{table} ADD {key} NOT VALID, then VALIDATE CONSTRAINT"
            yield _about(table, f"foreign key of {name}", wrong, to_do)
    for column in _KEY:
        if not columns.is_not_null(catalog, f"public.chat_participants.{column}"):
            to_do = f"ALTER TABLE public.chat_participants ALTER COLUMN {column} SET NOT NULL"
            yield _about("chat_participants", f"column chat_participants.{column}", "allows NULL", to_do)


def _realtime(snapshot: Snapshot) -> Iterator[Broken]:
    catalog, publication = snapshot.catalog, SCHEMA.publication
    for table in SCHEMA.tables:
        relation = catalog.get("relation", f"public.{table}")
        if not relation:
            yield _about(table, f"table {table}", "is not there", f"keep public.{table}, or what it is called")
            continue
        if not relation.get("row security"):
            to_do = f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"
            yield _about(table, f"row-level security of {table}", "off", to_do)
        if found := events.replica_identity(catalog, table):
            yield _about(table, f"replica identity of {table}", *found)
        if wrong := events.published(catalog, table):
            to_do = events.publishing(catalog, table)
            yield _about(table, f"{table} in {publication}", wrong, to_do)
    for operation in _OPERATIONS:
        if not catalog.get("publication", publication).get(operation):
            to_do = f"ALTER PUBLICATION {publication} SET (publish = 'insert, update, delete, truncate')"
            yield Broken(f"{publication}, {operation}", "", f"{publication} does not carry {operation}", to_do)


def _indexes(snapshot: Snapshot) -> Iterator[Broken]:
    catalog = snapshot.catalog
    for name, table in indexes.INDEXES.items():
        if not indexes.covering(catalog, name):
            yield _about(table, f"index {name}", "no valid index covers this", SCHEMA.index(table, name))
    if not indexes.unique(catalog, *indexes.PARTICIPANT):
        to_do = "ALTER TABLE public.chat_participants ADD UNIQUE (chat_id, user_id)"
        yield _about("chat_participants", "(chat_id, user_id) of chat_participants", "nothing keeps it unique", to_do)
    for name in indexes.broken(catalog):
        table = str(catalog.get("index", name)["table"]).removeprefix("public.")
        yield _about(table, f"index {name}", "is not valid", f"REINDEX INDEX CONCURRENTLY {name}")


def _writes(snapshot: Snapshot) -> Iterator[Broken]:
    catalog, machinery = snapshot.catalog, snapshot.machinery
    for name, (on, _) in events.TRIGGERS.items():
        if wrong := events.trigger(machinery, name):
            table = on.removeprefix("public.")
            to_do = events.enabling(machinery, name) or SCHEMA.trigger(table, name)
            yield _about(table, f"trigger {name}", wrong, to_do)
    for rule in events.replacing_rules(catalog):
        on, name = rule.split(" ", 1)
        yield Broken(f"rule {rule}", on, f"rule {name} of {on} replaces each write", f"DROP RULE {name} ON {on}")
    for table in triggers.KEPT:
        if found := triggers.breaking(catalog, machinery, table):
            yield _about(table, f"triggers of {table}", *found)
    for table in sending.TABLES:
        if found := sending.blocking(catalog, machinery, table):
            yield _about(table, f"rows of {table}", *found)
        if found := asking.broken(catalog, machinery, table):
            yield _about(table, f"what is asked of rows of {table}", *found)
    for key in snapshot.unfilled:
        to_do = f"fill {key.target} first, or leave {key.name} out"
        yield _about(key.table, f"foreign key {key.name}", f"leads to {key.target}, which holds nobody", to_do)


def _functions(snapshot: Snapshot) -> Iterator[Broken]:
    for name, declared in functions.FUNCTIONS.items():
        if wrong := functions.function(snapshot.catalog, name):
            to_do = f"make it {declared.short}({declared.arguments}) RETURNS {declared.result}"
            yield Broken(f"function {name}", declared.identity, f"function {name} {wrong}", to_do)
        if wrong := bodies.body(snapshot.catalog, snapshot.machinery, name):
            to_do = f"mend the body of {declared.signature}"
            yield Broken(f"body of {name}", declared.identity, f"body of {name}: {wrong}", to_do)
    if wrong := bodies.identity(snapshot.machinery):
        yield Broken("auth.uid()", "auth.uid()", f"auth.uid(): {wrong}", "give it the body that the platform has")


def _rows(snapshot: Snapshot) -> Iterator[Broken]:
    for name, table in _FACTS.items():
        fact = snapshot.facts[name]
        try:
            count = fact.count
        except Inconclusive:
            continue
        if count:
            yield _about(table, name, f"{count}; list them with: {fact.listing}", fact.mending)
    try:
        is_empty = snapshot.facts["messages"].count == 0
    except Inconclusive:
        is_empty = False
    if is_empty:
        yield _about("chat_messages", "messages", "there is none", snapshot.facts["messages"].mending)


def _about(table: str, criterion: str, wrong: str, to_do: str) -> Broken:
    return Broken(criterion, f"public.{table}", f"{criterion}: {wrong}", to_do)
