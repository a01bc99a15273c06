"""Identical objects under two names: one difference, which a RENAME aligns, instead of two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.catalog.differences import NAME, Difference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgproof.catalog import Catalog, Key

__all__ = ["NAME", "merged", "statement"]

_KINDS = ("constraint", "index", "policy", "trigger", "function")
# Where a definition holds the name of its index or trigger.
_NAMED = re.compile(r'((?:INDEX|TRIGGER) )(?:"(?:[^"]|"")*"|\S+)')


def merged(differences: Iterable[Difference], catalogs: tuple[Catalog, Catalog]) -> list[Difference]:
    """Return differences of two catalogs with each pair of identical objects under two names as one.

    catalogs: of the left and the right side. Looks at constraints, indexes, policies and triggers; and at functions,
    of which two are one and the same if only the names of their arguments, or what they do, are others.
    """
    found = list(differences)
    alone: dict[Any, tuple[list[Difference], list[Difference]]] = {}
    for each in found:
        if each.only is not None and each.catalog_kind in _KINDS:
            sides = alone.setdefault(_alike(catalogs[each.only], (each.catalog_kind, each.identity)), ([], []))
            sides[each.only].append(each)
    pairs = [pair for left, right in alone.values() for pair in zip(left, right, strict=False)]
    renamed = {_place(left): _renamed(left, right, catalogs) for left, right in pairs}
    second = {_place(right) for _, right in pairs}
    return [renamed.get(_place(each), each) for each in found if _place(each) not in second]


def _place(difference: Difference) -> tuple[str, str, int | None]:
    return difference.catalog_kind, difference.identity, difference.only


def _alike(catalog: Catalog, key: Key) -> tuple[str, ...]:
    """Return what two objects have in common if only their names differ."""
    if key[0] == "function":
        # Either would be in the way of the other.
        return key[0], key[1].partition("(")[0], catalog.objects[key]["signature"]
    attributes = dict(catalog.objects[key])
    attributes["definition"] = _NAMED.sub(r"\1", attributes.get("definition") or "", count=1)
    parent = catalog.parents.get(key, ("", ""))
    return key[0], *parent, repr(sorted(attributes.items()))


def _renamed(left: Difference, right: Difference, catalogs: tuple[Catalog, Catalog]) -> Difference:
    kind = left.catalog_kind
    names = _own_name(catalogs[0], (kind, left.identity)), _own_name(catalogs[1], (kind, right.identity))
    return left._replace(attribute=NAME, sides=names, only=None, with_it=())


def _own_name(catalog: Catalog, key: Key) -> str:
    """Return the name of an object without its schema or the table that it is on."""
    kind, identity = key
    if kind == "function":
        return identity
    if kind == "index":
        return identity[len(_schema(identity)) :]
    return identity[len(catalog.parents[key][1]) + 1 :]


def _schema(identity: str) -> str:
    """Return the schema of an identity with the dot after it."""
    match = re.match(r'(?:"(?:[^"]|"")*"|[^".]*)\.', identity)
    return match[0] if match else ""


def statement(difference: Difference, catalogs: tuple[Catalog, Catalog], side: int) -> str:
    """Return the RENAME that gives the object on one side the name that it has on the other."""
    kind, there = difference.catalog_kind, difference.sides[side]
    new = difference.sides[1 - side]
    if kind == "index":
        return f"ALTER INDEX {_schema(difference.identity)}{there} RENAME TO {new}"
    table = catalogs[0].parents[kind, difference.identity][1]
    if kind == "constraint":
        domain = catalogs[0].parents[kind, difference.identity][0] == "type"
        return f"ALTER {'DOMAIN' if domain else 'TABLE'} {table} RENAME CONSTRAINT {there} TO {new}"
    return f"ALTER {kind.upper()} {there} ON {table} RENAME TO {new}"
