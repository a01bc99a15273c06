"""Constraints and columns on the way of a chat and a message: whether an ordinary row can be stored at all."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any

from connect.guide import types
from connect.guide.columns import COLUMNS
from connect.guide.indexes import key_of
from pgproof.machinery import bodies, calls, folding
from pgproof.machinery.scenes import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.catalog import Catalog
    from pgproof.machinery.reading import Machinery

_SOME = folding.SOMETHING
# What the page and the functions store: for each column the values that it has in turn.
_ROWS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "chats": {"id": (_SOME,), "type": ("direct", "group"), "created_by": (_SOME,)},
    "chat_participants": {"id": (_SOME,), "chat_id": (_SOME,), "user_id": (_SOME,), "last_read_at": (None, _SOME)},
    "chat_messages": {
        "id": (_SOME,),
        "chat_id": (_SOME,),
        "sender_id": (_SOME,),
        "message_text": ("Are we still on for Friday?",),
        "message_type": ("text",),
        "client_generated_id": (_SOME,),
        "seq": (_SOME,),
        "status": ("sent", "delivered", "read"),
    },
}
TABLES = tuple(_ROWS)
# Columns whose values a person knows a row by.
_TEXT = "message_text"
_SAID = ("type", "message_type", "status", _TEXT)
# What ordinary rows have in common: where only such columns are unique, there can be no second row. The name of direct
# chats is NULL, which two may have unless NULLS are NOT DISTINCT; groups have names of their own.
_SHARED: Mapping[str, frozenset[str]] = {
    "chats": frozenset(("type", "created_by")),
    "chat_messages": frozenset(("chat_id", "sender_id", "message_type", "status", "message_text")),
}
_NULL: Mapping[str, frozenset[str]] = {
    "chats": frozenset(("name",)),
    "chat_participants": frozenset(),
    "chat_messages": frozenset(),
}
_NULLS_EQUAL = "NULLS NOT DISTINCT"
# Of participants each column alone, since somebody is in several chats, and a chat has several.
_ALONE = frozenset(("chat_id", "user_id", "last_read_at"))
# What the page gives of a new row, and what others of the guide's columns get by a default or a trigger.
GIVEN: Mapping[str, frozenset[str]] = {
    "chats": frozenset(("type", "name", "created_by")),
    "chat_participants": frozenset(("chat_id", "user_id")),
    "chat_messages": frozenset(("chat_id", "sender_id", "message_text", "message_type", "client_generated_id")),
}
_WRITTEN: Mapping[str, frozenset[str]] = {
    "chats": GIVEN["chats"] | {"last_message_at"},
    "chat_participants": GIVEN["chat_participants"] | {"last_read_at"},
    "chat_messages": GIVEN["chat_messages"] | {"seq", "status"},
}
# What a default does to every message that is sent without the column; of a seq one that is always the same.
_DELETED, _REPLY, _SEQ = "deleted_at", "reply_to_message_id", "seq"
_BY_DEFAULT: Mapping[str, str] = {
    _DELETED: "so that each message is deleted as soon as it is sent",
    _REPLY: "so that each message replies to another one",
    _SEQ: "so that each message of a chat has the same place, and the second one is refused",
}
CHECK = re.compile(r"CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?", re.DOTALL)
_EXCLUDE = re.compile(r"EXCLUDE USING \w+ \(([^()]*)\)(.*)", re.DOTALL)


def blocking(catalog: Catalog, machinery: Machinery, table: str) -> tuple[str, str] | None:
    """Return what keeps ordinary rows out of a table, and the statements that mend it; None if nothing does."""
    found = [
        *_types(catalog, table),
        *_checks(catalog, machinery, table),
        *_exclusions(catalog, table),
        *_unique(catalog, table),
        *_columns(catalog, machinery, table),
        *(_defaults(catalog) if table == "chat_messages" else ()),
    ]
    return ("; ".join(wrong for wrong, _ in found), "; ".join(to_do for _, to_do in found)) if found else None


def _constraints(catalog: Catalog, of: str) -> Iterator[tuple[str, str]]:
    for identity, constraint in sorted(catalog.of_kind("constraint").items()):
        on, _, name = identity.partition(" ")
        if on == of:
            yield name, constraint["definition"]


def _dropped(table: str, constraint: str) -> str:
    return f"ALTER TABLE public.{table} DROP CONSTRAINT {constraint}, or correct it"


def _checks(catalog: Catalog, machinery: Machinery, table: str) -> Iterator[tuple[str, str]]:
    columns, others = _ROWS[table], _by_default(catalog, machinery, table)
    scene = Scene(functions=machinery.functions)
    changed = _assigned(machinery, table)
    for name, definition in _constraints(catalog, f"public.{table}"):
        match = CHECK.fullmatch(definition)
        if match is None:
            continue
        for values in product(*columns.values()):
            row = dict(zip(columns, values, strict=True))
            known = {column: _SOME if column == _TEXT and _TEXT in changed else each for column, each in row.items()}
            if scene.asking({**others, **known}, table).value(match[1]) is False:
                said = ", ".join(f"{column} '{row[column]}'" for column in _SAID if column in row)
                yield f"{name} refuses every row{f' with {said}' if said else ''}", _dropped(table, name)
                break


def _types(catalog: Catalog, table: str) -> Iterator[tuple[str, str]]:
    """Yield the enums and domains that refuse a value which the page or the functions write."""
    for column, values in _ROWS[table].items():
        written = [value for value in values if isinstance(value, str)]
        for name in types.made_of(catalog, catalog.get("column", f"public.{table}.{column}").get("type") or ""):
            found = catalog.get("type", name)
            lacking = [value for value in written if found["kind"] == types.ENUM and value not in found["labels"]]
            for value in lacking:
                yield f"{column} is a {name}, which has no '{value}'", f"ALTER TYPE {name} ADD VALUE '{value}'"
            for check, definition in _constraints(catalog, name):
                match = CHECK.fullmatch(definition)
                refused = [each for each in written if match and folding.value(match[1], {"value": each}) is False]
                if refused:
                    said = f"{column} is a {name}, whose {check} refuses '{refused[0]}'"
                    yield said, f"ALTER DOMAIN {name} DROP CONSTRAINT {check}, or correct it"


def _by_default(catalog: Catalog, machinery: Machinery, table: str) -> dict[str, Any]:
    """Return what the other columns hold by their defaults, as far as that is told; a trigger may change it."""
    changed = _assigned(machinery, table)
    found: dict[str, Any] = {}
    for identity, column in catalog.of_kind("column").items():
        on, _, name = identity.rpartition(".")
        if on == f"public.{table}" and (f"{table}.{name}" in COLUMNS or table == "chat_messages"):
            told = column["default"] is not None and not column["generated"] and name not in changed
            found[name] = folding.value(column["default"], {"now()": calls.now()}) if told else folding.UNKNOWN
    return found


def _exclusions(catalog: Catalog, table: str) -> Iterator[tuple[str, str]]:
    for name, definition in _constraints(catalog, f"public.{table}"):
        match = _EXCLUDE.fullmatch(definition)
        if match is None or " WHERE " in match[2]:
            continue
        parts = [each.partition(" WITH ") for each in match[1].split(", ")]
        if all(operator == "=" for _, _, operator in parts) and _too_few(table, {each[0] for each in parts}):
            yield f"{name} allows no second ordinary row", _dropped(table, name)


def _unique(catalog: Catalog, table: str) -> Iterator[tuple[str, str]]:
    for identity, index in sorted(catalog.of_kind("index").items()):
        key = key_of(index["definition"])
        if index["table"] != f"public.{table}" or not index["unique"] or key is None:
            continue
        _, where, predicate = index["definition"].partition(" WHERE ")
        if where and not all(
            folding.value(predicate, dict(zip(_ROWS[table], row, strict=True))) is True
            for row in product(*_ROWS[table].values())
        ):
            continue
        if _too_few(table, set(key.columns) - (_NULL[table] if _NULLS_EQUAL in index["definition"] else set())):
            kind, parent = catalog.parents.get(("index", identity), ("", ""))
            to_do = _dropped(table, parent.split(" ")[1]) if kind == "constraint" else f"DROP INDEX {identity}"
            yield f"{identity} allows no second row with the same {', '.join(key.columns)}", to_do


def _too_few(table: str, columns: set[str]) -> bool:
    if table == "chat_participants":
        return len(columns) == 1 and columns <= _ALONE
    return columns <= _SHARED[table]


def _columns(catalog: Catalog, machinery: Machinery, table: str) -> Iterator[tuple[str, str]]:
    for identity, column in sorted(catalog.of_kind("column").items()):
        on, _, name = identity.rpartition(".")
        if on != f"public.{table}":
            continue
        if column["generated"] and name in _WRITTEN[table]:
            yield f"{name} is a generated column, which cannot be written", f"make {table}.{name} an ordinary column"
        # A project's own columns of a chat or participant its own page gives; a message is as the guide writes it.
        counts = f"{table}.{name}" in COLUMNS or table == "chat_messages"
        given = name in GIVEN[table] or column["default"] is not None or column["identity"] or column["generated"]
        if column["not null"] and counts and not given and name not in _assigned(machinery, table):
            to_do = f"ALTER TABLE public.{table} ALTER {name} SET DEFAULT …, or DROP NOT NULL"
            yield f"{name} is NOT NULL and has no default, so that a row without it is refused", to_do


def _defaults(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for name, effect in _BY_DEFAULT.items():
        default = catalog.get("column", f"public.chat_messages.{name}").get("default")
        if default is None:
            continue
        fixed = folding.value(default, {})
        # Of a seq only what is always the same is wrong: a sequence also counts.
        if fixed is not None and (name != _SEQ or fixed is not folding.UNKNOWN):
            yield (
                f"{name} is {default} by default, {effect}",
                f"ALTER TABLE public.chat_messages ALTER {name} DROP DEFAULT",
            )


def _assigned(machinery: Machinery, table: str) -> set[str]:
    """Return the columns that triggers give a value to before a row is stored."""
    found: set[str] = set()
    for trigger in machinery.triggers:
        if trigger.table == f"public.{table}" and trigger.before and "INSERT" in trigger.operations:
            read = bodies.read(trigger.language, trigger.body, {"tg_op": "INSERT"}, trigger=True)
            for step in read.steps if read else ():
                found |= {target.removeprefix("new.") for target in step.targets}
    return found
