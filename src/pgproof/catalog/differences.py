"""What differs between two catalogs: one Difference for each, and notes on what does not count as one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pgproof.catalog import connections, counting, wording
from pgproof.supabase import PLATFORM_ROLE, PLATFORM_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgproof.catalog import Catalog, Key

_NOT_MODELLED = "not modelled"
# PostgreSQL 17 brought a privilege that an older server cannot know.
_MAINTAIN, _MAINTAIN_SINCE = "MAINTAIN", 17
# The attribute of a difference that is one of names alone; see renames.py.
NAME = "name"
# What an expression is bound to is told only where its text is the same on both sides.
_EXPRESSIONS = (
    "aggregate",
    "body",
    "default",
    "definition",
    "expressions",
    "partition key",
    "rows",
    "signature",
    "using",
    "with check",
)
# The attribute that says what an object is about, which is on one side only.
_ABOUT = {"default privileges": ("grants",), "changed grant": ("added", "revoked")}


class Difference(NamedTuple):
    """One difference. attribute: None if the object is on one side only.

    sides: the values of the attribute on the left and on the right. only: the side that has the object, 0 (left) or
    1 (right), None for both. with_it: how many objects of each kind belong to it and are not named themselves.
    catalog_kind: its kind in the catalogs, where a table is a relation. about: what an object is, that one side lacks.
    """

    kind: str
    identity: str
    attribute: str | None = None
    sides: tuple[Any, Any] = (None, None)
    only: int | None = None
    with_it: tuple[tuple[str, int], ...] = ()
    catalog_kind: str = ""
    about: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def text(self, names: tuple[str, str]) -> str:
        """Return one line for a person. names: of the left and the right side."""
        if self.kind.startswith(_NOT_MODELLED):
            counts = ", ".join(f"{n or 0} in {name}" for n, name in zip(self.sides, names, strict=True))
            return f"{self.kind}: rows of {self.identity}: {counts}; they were counted, not compared"
        if self.only is not None:
            about = "; ".join(f"{word}{', '.join(said)}" for word, said in self.about)
            only = f"{self.kind} {self.identity}: only in {names[self.only]}{wording.with_it(self.with_it)}"
            return f"{only}: {about}" if about else only
        assert self.attribute is not None
        if self.attribute == NAME:
            called = " and ".join(f"{side} in {name}" for side, name in zip(self.sides, names, strict=True))
            return f"{self.kind} {self.identity}: is called {called}"
        return f"{self.kind} {self.identity}: {wording.change(self._label, self.sides, names)}"

    @property
    def _label(self) -> str:
        """The attribute in words that are right for its kind: rows are others of a publication than of a function."""
        assert self.attribute is not None, "a change of one attribute"
        return wording.LABELS.get((self.catalog_kind, self.attribute), self.attribute)

    def as_json(self, names: tuple[str, str]) -> dict[str, Any]:
        """Return the difference as a JSON object: kind, identity, attribute, only, values and text.

        names: of the left and the right side. values: None where they may hold a secret.
        """
        values = None if self.attribute is None else wording.shown_values(self.attribute, self.sides)
        return {
            "kind": self.kind,
            "identity": self.identity,
            "attribute": self.attribute,
            "only": None if self.only is None else names[self.only],
            "values": values,
            "text": self.text(names),
        }


def between(left: Catalog, right: Catalog, *, roles: bool | None = None) -> Iterator[Difference]:
    """Yield each difference, by kind and identity.

    What belongs to an object that one side lacks is counted with that object instead of being named. roles: True for
    all of both servers, False for none; if not given, those count that something in either database names.
    """
    roles_named = None if roles else left.named_roles | right.named_roles if roles is None else frozenset[str]()
    reading = min(left.reading, right.reading)
    left, right = (counting.counted(each, reading, roles_named) for each in (left, right))
    lacking = dict.fromkeys(left.objects.keys() - right.objects.keys(), 0)
    lacking |= dict.fromkeys(right.objects.keys() - left.objects.keys(), 1)
    sides = left, right
    # The nearest ancestor that is itself on one side only, and has no such ancestor.
    tops = {key: _top(key, side, lacking, sides[side]) for key, side in lacking.items()}
    folded: dict[Key, Counter[str]] = {}
    for key, top in tops.items():
        # A sequence is counted as a relation.
        if top != key and key[0] != "sequence":
            folded.setdefault(top, Counter())[_named(key, sides[lacking[key]].objects[key])] += 1
    for key in sorted(left.objects.keys() | right.objects.keys()):
        kind, identity = key
        if kind == _NOT_MODELLED:
            counts = left.get(*key).get("count"), right.get(*key).get("count")
            if counts[0] != counts[1]:
                yield Difference(kind, identity, "count", counts, catalog_kind=kind)
        elif key not in lacking:
            yield from _changes(key, left, right)
        elif tops[key] == key:
            side = lacking[key]
            with_it = tuple(sorted(folded.get(key, Counter()).items()))
            named = _named(key, sides[side].objects[key])
            about = _about(kind, sides[side].objects[key])
            yield Difference(named, identity, only=side, with_it=with_it, catalog_kind=kind, about=about)


def lines(
    left: Catalog,
    right: Catalog,
    names: tuple[str, str] = ("the first", "the second"),
    *,
    roles: bool | None = None,
) -> Iterator[str]:
    """Yield one line in plain words for each difference, by kind and identity. names: of the left and right side.

    roles: as for between().
    """
    return (each.text(names) for each in between(left, right, roles=roles))


def _about(kind: str, attributes: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = _ABOUT.get(kind, ())
    return tuple(
        (f"{name} " if len(names) > 1 else "", tuple(attributes[name])) for name in names if attributes.get(name)
    )


def _top(key: Key, side: int, lacking: Mapping[Key, int], catalog: Catalog) -> Key:
    parent = catalog.parents.get(key)
    seen = {key}
    while parent is not None and lacking.get(parent) == side and parent not in seen:
        seen.add(parent)
        key, parent = parent, catalog.parents.get(parent)
    return key


def _named(key: Key, attributes: Mapping[str, Any]) -> str:
    """Return what a person calls its kind: a table, not a relation."""
    return wording.RELATIONS.get(attributes.get("kind", ""), key[0]) if key[0] == "relation" else key[0]


def _changes(key: Key, left: Catalog, right: Catalog) -> Iterator[Difference]:
    before, after = left.objects[key], right.objects[key]
    if before == after:
        return
    kind = _named(key, before) if before.get("kind") == after.get("kind") else key[0]
    # Without a column list all columns are published, which a new column does not change.
    listed = before.get("column list") or after.get("column list")
    older = min(left.major, right.major) < _MAINTAIN_SINCE <= max(left.major, right.major)
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if key[0] == "published table" and name == "columns" and not listed:
            continue
        if key[0] in {"grant", "default privileges"} and older:
            was, now = ([each for each in side or () if not each.startswith(_MAINTAIN)] for side in (was, now))
        if name == counting.CALLS and any(before.get(each) != after.get(each) for each in _EXPRESSIONS):
            continue
        if key[0] == "subscription" and None in (was, now) and _is_unknown(name, left, right):
            continue
        if was != now:
            yield Difference(kind, key[1], name, (was, now), catalog_kind=key[0])


def _is_unknown(name: str, left: Catalog, right: Catalog) -> bool:
    """Return whether a subscription lacks an attribute because it could not be read, or not on that version."""
    return name in (connections.CONNECTION, connections.PASSWORDS) or left.major != right.major


def _unnamed(left: Catalog, right: Catalog) -> list[str]:
    """Return the roles that differ and do not count, but for the platform's own."""
    if min(left.reading, right.reading) < counting.ROLES_SINCE or not (left.named_roles and right.named_roles):
        return []
    counted = {(each.catalog_kind, each.identity) for each in between(_roles(left), _roles(right))}
    every = [
        each for each in between(_roles(left), _roles(right), roles=True) if each.catalog_kind in counting.OF_ROLES
    ]
    found = set()
    for each in every:
        key = each.catalog_kind, each.identity
        role = each.identity if each.catalog_kind == "role" else (left.parents.get(key) or right.parents[key])[1]
        if key not in counted and not role.startswith(PLATFORM_ROLE) and role not in PLATFORM_ROLES:
            found.add(role)
    return sorted(found)


def _roles(catalog: Catalog) -> Catalog:
    return replace(
        catalog, objects={key: value for key, value in catalog.objects.items() if key[0] in counting.OF_ROLES}
    )


def notes(left: Catalog, right: Catalog, names: tuple[str, str]) -> Iterator[str]:
    """Yield one line on each thing worth knowing that does not count as a difference. names: as for lines()."""
    if left.major != right.major:
        yield f"{names[0]} is PostgreSQL {left.major}, {names[1]} is PostgreSQL {right.major}"
    for table in sorted(left.column_order.keys() & right.column_order.keys()):
        was, now = left.column_order[table], right.column_order[table]
        if was != now and sorted(was) == sorted(now):
            yield f"table {table}: the columns are in a different order"
    unnamed = _unnamed(left, right)
    if unnamed:
        yield f"roles that nothing in either database names differ, and were not counted: {', '.join(unnamed)}"
    for catalog, name in zip((left, right), names, strict=True):
        for identity, attributes in sorted(catalog.of_kind("subscription").items()):
            if connections.CONNECTION in attributes and attributes[connections.CONNECTION] is None:
                yield f"subscription {identity}: its connection could not be looked at in {name}; only a superuser may"
    for identity, attributes in sorted(left.of_kind(_NOT_MODELLED).items()):
        if attributes == right.get(_NOT_MODELLED, identity):
            yield f"{attributes['count']} rows of {identity} on each side were counted, not compared"
