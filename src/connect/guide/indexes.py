"""What the indexes of a table cover, whatever they are called."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from connect.schema import SCHEMA, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

_DEFINITION = re.compile(r"CREATE (?:UNIQUE )?INDEX \S+ ON (?:ONLY )?\S+ USING (\w+) \(([^()]*)\)(.*)")
_CAST = re.compile(r"::(?:\"?\w+\"?\.)?\"?\w+\"?(?: varying)?")

INDEXES = {name: table for table, name, index in SCHEMA.of_tables("indexes") if index.guide}
# A unique index on a message or participant that has none of these forbids ordinary ones.
IDENTIFYING = frozenset(("id", "seq", "client_generated_id", "user_id"))
# What a participant is at most once.
PARTICIPANT = ("chat_participants", ("chat_id", "user_id"))


class Key(NamedTuple):
    """What an index covers. predicate: its conditions, without brackets and casts."""

    method: str
    columns: tuple[str, ...]
    predicate: frozenset[str] = frozenset()
    nulls_not_distinct: bool = False


@cache
def key_of(definition: str) -> Key | None:
    """Return what an index covers; None if it is on expressions. definition: as pg_get_indexdef writes it."""
    match = _DEFINITION.fullmatch(definition)
    if match is None:
        return None
    method, columns, rest = match.groups()
    _, where, predicate = rest.partition(" WHERE ")
    plain = re.sub(r"[()]", "", _CAST.sub("", predicate))
    return Key(
        method,
        tuple(each.split(" ")[0] for each in columns.split(", ")),
        frozenset(plain.split(" AND ")) if where else frozenset(),
        "NULLS NOT DISTINCT" in rest,
    )


def wanted(name: str) -> Key:
    """Return what one of the guide's indexes covers."""
    found = key_of(SCHEMA.index(INDEXES[name], name))
    assert found is not None, "declared on columns"
    return found


def covering(catalog: Catalog, name: str) -> str | None:
    """Return an index that does what one of the guide's does, whatever it is called; None if there is none."""
    table = INDEXES[name]
    is_unique = SCHEMA.tables[table].indexes[name].unique
    return next(_serving(catalog, table, wanted(name), is_unique=is_unique), None)


def unique(catalog: Catalog, table: str, columns: tuple[str, ...]) -> str | None:
    """Return an index that keeps columns of a table unique, None if there is none."""
    return next(_serving(catalog, table, Key("btree", columns), is_unique=True), None)


def _serving(catalog: Catalog, table: str, needed: Key, *, is_unique: bool) -> Iterator[str]:
    # Who looks for a value needs no row without one.
    implied = needed.predicate | {f"{needed.columns[0]} IS NOT NULL"}
    for identity, index in sorted(catalog.of_kind("index").items()):
        found = key_of(index["definition"])
        if index["table"] != f"public.{table}" or not (index["valid"] and index["ready"]) or found is None:
            continue
        if is_unique:
            serves = (
                index["unique"]
                and index["immediate"]
                and set(found.columns) == set(needed.columns)
                and found.predicate <= needed.predicate
                and (bool(found.predicate) or not found.nulls_not_distinct)
            )
        else:
            method = "hash" if len(needed.columns) == 1 and found.method == "hash" else "btree"
            serves = (
                found.method == method
                and found.columns[: len(needed.columns)] == needed.columns
                and found.predicate <= implied
                and (not index["unique"] or bool(IDENTIFYING & set(found.columns)))
            )
        if serves:
            yield identity


def broken(catalog: Catalog) -> list[str]:
    """Return the indexes of messaging tables that are not valid or not ready, as a build that failed leaves them."""
    tables = {f"public.{table}" for table in TABLES}
    return sorted(
        name
        for name, index in catalog.of_kind("index").items()
        if index["table"] in tables and not (index["valid"] and index["ready"])
    )
