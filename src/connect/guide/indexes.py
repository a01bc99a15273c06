"""What the indexes of a table cover, whatever they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from connect.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

_DEFINITION = re.compile(r"CREATE (?:UNIQUE )?INDEX \S+ ON (?:ONLY )?\S+ USING (\w+) \(([^()]*)\)(.*)")
_CAST = re.compile(r"::(?:\"?\w+\"?\.)?\"?\w+\"?(?: varying)?")

INDEXES = {name: table for table, name, index in SCHEMA.of_tables("indexes") if index.guide}
# A unique index on a message or participant that has none of these forbids ordinary ones.
IDENTIFYING = frozenset(("id", "seq", "client_generated_id", "user_id"))
# What a participant is at most once.
PARTICIPANT = ("chat_participants", "chat_id, user_id")


class Key(NamedTuple):
    """What an index covers. predicate: its conditions, without brackets and casts."""

    method: str
    columns: tuple[str, ...]
    predicate: frozenset[str]
    nulls_not_distinct: bool = False


def _key(definition: str) -> Key | None:
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
    found = _key(SCHEMA.index(INDEXES[name], name))
    assert found is not None, "declared on columns"
    return found


def covering(catalog: Catalog, name: str) -> str | None:
    """Return an index that does what one of the guide's does, whatever it is called; None if there is none."""
    return next(_serving(catalog, INDEXES[name], SCHEMA.index(INDEXES[name], name)), None)


def unique(catalog: Catalog, table: str, columns: str) -> str | None:
    """Return an index that keeps columns of a table unique, None if there is none. columns: such as "a, b"."""
    return next(_serving(catalog, table, f"CREATE UNIQUE INDEX i ON public.{table} USING btree ({columns})"), None)


def _serving(catalog: Catalog, table: str, definition: str) -> Iterator[str]:
    wanted = _key(definition)
    assert wanted is not None, "declared on columns"
    is_unique = definition.startswith("CREATE UNIQUE")
    # Who looks for a value needs no row without one.
    implied = wanted.predicate | {f"{wanted.columns[0]} IS NOT NULL"}
    for identity, index in sorted(catalog.of_kind("index").items()):
        found = _key(index["definition"])
        if index["table"] != f"public.{table}" or not (index["valid"] and index["ready"]) or found is None:
            continue
        if is_unique:
            serves = (
                index["unique"]
                and index["immediate"]
                and set(found.columns) == set(wanted.columns)
                and found.predicate <= wanted.predicate
                and (bool(found.predicate) or not found.nulls_not_distinct)
            )
        else:
            method = "hash" if len(wanted.columns) == 1 and found.method == "hash" else "btree"
            serves = (
                found.method == method
                and found.columns[: len(wanted.columns)] == wanted.columns
                and found.predicate <= implied
                and (not index["unique"] or bool(IDENTIFYING & set(found.columns)))
            )
        if serves:
            yield identity
