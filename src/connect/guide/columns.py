"""The columns that the guide and the front end use, and what they refer to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from connect.guide import keys, types
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgproof.catalog import Catalog

_LENGTH = re.compile(r"\(\d+\)")
# What holds any text that the front end writes.
_TEXT = {"text": ("character varying", "citext"), "text[]": ("character varying[]",)}
_MESSAGE, _SHORTEST = "chat_messages.message_text", 50
# Where somebody is a user, any table of users will do: many projects have one with the same ids.
_USERS = "auth.users"
_NO_USERS = frozenset(f"public.{table}" for table in SCHEMA.tables)
# As pg_trigger.tgenabled has it: in ordinary sessions, or in all.
_SWITCHED_ON = frozenset("OA")

COLUMNS = {
    f"{table}.{name}": column for table, name, column in SCHEMA.of_tables("columns") if SCHEMA.tables[table].guide
}
REFERENCES = {
    f"{table}.{column}": target
    for table, column, target in SCHEMA.foreign_keys
    if f"{table}.{column}" in SCHEMA.guide_references
}


def column(catalog: Catalog, name: str) -> str | None:
    """Return what is wrong with a column that the front end uses. name: such as "chats.type"."""
    found, wanted = catalog.get("column", f"public.{name}"), COLUMNS[name].type
    if not found:
        return "missing"
    actual = _LENGTH.sub("", found["type"])
    limit = _LENGTH.search(found["type"])
    if wanted == "text" and name == _MESSAGE and limit and int(limit[0].strip("()")) < _SHORTEST:
        return f"is {found['type']}, which no ordinary message fits into"
    fitting = (wanted, *_TEXT.get(wanted, ()))
    if actual in fitting or (wanted == "text" and "." in actual and _holds_text(catalog, actual, fitting)):
        return None
    return f"is {found['type']}, not {wanted}"


def _holds_text(catalog: Catalog, name: str, fitting: tuple[str, ...]) -> bool:
    """Return whether a type of the project's own is an enum or a domain of text; of one that was not read it is so."""
    below = types.base(catalog, name)
    found = catalog.get("type", below)
    return found["kind"] == types.ENUM if found else "." in below or _LENGTH.sub("", below) in fitting


def is_not_null(catalog: Catalog, name: str) -> bool:
    """Return whether a column, such as "public.chats.type", is NOT NULL in every row.

    A NOT NULL of PostgreSQL 18 that was not validated does not count.
    """
    found = catalog.get("column", name)
    return bool(found.get("not null")) and "not validated" not in (found.get("not null constraint") or "")


def reference(catalog: Catalog, name: str) -> str | None:
    """Return what is wrong with the foreign key of a column, by what it refers to. name: such as "chats.created_by"."""
    table, column_name = name.split(".")
    target = REFERENCES[name]
    wrong = f"missing; nothing keeps it within {target}"
    for identity, constraint in catalog.of_kind("constraint").items():
        key = keys.read(constraint["definition"])
        if key is None or identity.split(" ")[0] != f"public.{table}" or not _leads_to(key, column_name, target):
            continue
        unasked = [
            other
            for other in key.columns
            if other != column_name and not key.full and not is_not_null(catalog, f"public.{table}.{other}")
        ]
        if not constraint["validated"]:
            wrong = "was never checked against the rows that were there before it"
        elif not switched_on(constraint):
            wrong = "is switched off: its triggers are disabled"
        elif unasked:
            wrong = f"is not asked of rows without {', '.join(unasked)}, which may be NULL"
        else:
            return None
    return wrong


def _leads_to(key: keys.ForeignKey, column: str, target: str) -> bool:
    """Return whether a foreign key keeps a column to the rows of its target, alone or together with others."""
    if target == _USERS and column in key.columns:
        # A participant is a user, which a key of its own says.
        there = f"{key.target.removeprefix('public.')}.{key.columns[column]}"
        return key.target not in _NO_USERS or REFERENCES.get(there) == _USERS
    return key.columns.get(column) == "id" and key.target == target


def switched_on(constraint: Mapping[str, Any]) -> bool:
    """Return whether a foreign key is enforced in ordinary sessions: on each side it has triggers, and all fire."""
    sides = [set(constraint[each] or ()) for each in ("triggers", "triggers there")]
    return all(side and side <= _SWITCHED_ON for side in sides)
