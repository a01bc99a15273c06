"""One object that is to become in one catalog what it is in another, and how SQL refers to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pgproof.catalog.wording import CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgproof.catalog import Catalog, Key

# The statements that align an object, in order; None if they cannot be written.
Statements = list[str] | None

RELATIONS = {
    "r": "TABLE",
    "p": "TABLE",
    "f": "FOREIGN TABLE",
    "v": "VIEW",
    "m": "MATERIALIZED VIEW",
    "S": "SEQUENCE",
}
# The statistics target that is the default again, in every version.
NO_TARGET = -1
_ROUTINES = {"a": "AGGREGATE", "p": "PROCEDURE"}
_DOMAIN = "d"
_ON_TABLE = ("trigger", "rule", "policy")
_SCHEMA = re.compile(r'("(?:[^"]|"")*"|[^".]*)\.')


@dataclass(frozen=True)
class Aligned:
    """An object by its key. wanted: the catalog that shows how it must be. actual: that of the database to change."""

    kind: str
    identity: str
    wanted: Catalog
    actual: Catalog

    @property
    def key(self) -> Key:
        """Its kind and identity in both catalogs."""
        return self.kind, self.identity

    @property
    def should(self) -> Mapping[str, Any]:
        """Its attributes as they must be; empty if there must be no such object."""
        return self.wanted.get(*self.key)

    @property
    def found(self) -> Mapping[str, Any]:
        """Its attributes as they are; empty if there is no such object."""
        return self.actual.get(*self.key)

    @property
    def either(self) -> Mapping[str, Any]:
        """Its attributes as they must be or, where it must not be, as they are."""
        return self.should or self.found

    @cached_property
    def parent(self) -> Aligned | None:
        """The object that it belongs to, such as the table of a column."""
        for catalog in (self.wanted, self.actual):
            key = catalog.parents.get(self.key)
            if key is not None:
                return self.at(key)
        return None

    @property
    def is_with_its_parent(self) -> bool:
        """Whether the statement that creates what it belongs to is being written as well."""
        return self.parent is not None and self.parent.key not in self.actual.objects

    @property
    def on(self) -> str:
        """The identity of what it belongs to, such as the table of a policy."""
        assert self.parent is not None, f"{self.kind} {self.identity} belongs to something"
        return self.parent.identity

    @property
    def name(self) -> str:
        """Its own name, quoted where that is needed: without its schema, and without the table that it is on."""
        if self.kind in (*_ON_TABLE, "column", "constraint"):
            return self.identity[len(self.on) + 1 :]
        return split(self.identity)[1]

    @property
    def reference(self) -> str:
        """How COMMENT ON, DROP and ALTER refer to it."""
        if self.kind == "relation":
            return f"{RELATIONS[self.either['kind']]} {self.identity}"
        if self.kind == "constraint":
            return f"CONSTRAINT {self.name} ON {'DOMAIN ' if self.is_of_domain else ''}{self.on}"
        if self.kind in _ON_TABLE:
            return f"{self.kind.upper()} {self.name} ON {self.on}"
        if self.kind == "function":
            kind = _ROUTINES.get(self.either["kind"], "FUNCTION")
            return f"{kind} {self.identity.removesuffix('()') + '(*)' if self._takes_any else self.identity}"
        if self.kind == "type" and self.either["kind"] == _DOMAIN:
            return f"DOMAIN {self.identity}"
        return f"{self.kind.upper()} {self.identity}"

    @property
    def _takes_any(self) -> bool:
        return self.either["kind"] == "a" and self.identity.endswith("()")

    @property
    def is_of_domain(self) -> bool:
        """Whether it is a constraint of a domain."""
        return self.parent is not None and self.parent.kind == "type"

    def at(self, key: Key) -> Aligned:
        """Return another object of the same two catalogs."""
        return Aligned(*key, self.wanted, self.actual)

    def parts(self) -> list[Aligned]:
        """Return all that must belong to it, directly or not, and is not there."""
        parents = self.wanted.parents
        found = {self.key}
        while more := {key for key, parent in parents.items() if parent in found} - found:
            found |= more
        missing = sorted((found & self.wanted.objects.keys()) - {self.key} - self.actual.objects.keys())
        # That a table is published with its schema, or with all tables, follows from other objects.
        return [self.at(key) for key in missing if self.wanted.objects[key].get("by name") is not False]

    def anew(self) -> Aligned:
        """Return the same object as if it were not there, nor anything that belongs to it."""
        gone = {self.key}
        while more := {key for key, parent in self.actual.parents.items() if parent in gone} - gone:
            gone |= more
        objects = {key: value for key, value in self.actual.objects.items() if key not in gone}
        return replace(self, actual=replace(self.actual, objects=objects))

    def comment(self) -> list[str]:
        """Return the statement that gives it its comment."""
        text = self.should.get("comment")
        return [f"COMMENT ON {self.reference} IS {'NULL' if text is None else literal(text)}"]

    def comment_if_any(self) -> list[str]:
        """Return the statement for an object that was just created, which has no comment."""
        return self.comment() if self.should.get("comment") is not None else []

    def owner(self) -> list[str]:
        """Return the statement that gives it its owner."""
        return [f"ALTER {self.reference} OWNER TO {self.should['owner']}"]


def keyword(attribute: str, code: str) -> str:
    """Return the word of SQL for a one-letter code of the catalogs."""
    return CODES[attribute][code].upper()


def literal(text: str) -> str:
    """Return a text as a string constant of SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Return a bare name in quotes, whether it needs them or not."""
    return '"' + name.replace('"', '""') + '"'


def bare(name: str) -> str:
    """Return a name without the quotes that it has in an identity, if any."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def split(identity: str) -> tuple[str, str]:
    """Return schema and name of an identity, both quoted as they are there; no schema where there is none."""
    match = _SCHEMA.match(identity)
    return (match[1], identity[match.end() :]) if match else ("", identity)


def options(should: list[str] | None, found: list[str] | None, prefix: str = "") -> list[str]:
    """Return the SET (…) and RESET (…) that turn found options, each "name=value", into those that should be.

    prefix: of each name, such as "toast."
    """
    wanted, actual = (dict(each.split("=", 1) for each in side or ()) for side in (should, found))
    changed = [f"{prefix}{name} = {literal(value)}" for name, value in wanted.items() if actual.get(name) != value]
    removed = [f"{prefix}{name}" for name in actual if name not in wanted]
    return [
        *([f"SET ({', '.join(changed)})"] if changed else []),
        *([f"RESET ({', '.join(removed)})"] if removed else []),
    ]


def foreign_options(should: list[str] | None, found: list[str] | None) -> str:
    """Return the OPTIONS (…) of an ALTER FOREIGN TABLE that turns found options into those that should be."""
    wanted, actual = (dict(each.split("=", 1) for each in side or ()) for side in (should, found))
    parts = [
        f"{'SET' if name in actual else 'ADD'} {name} {literal(value)}"
        for name, value in wanted.items()
        if actual.get(name) != value
    ]
    return f"OPTIONS ({', '.join([*parts, *(f'DROP {name}' for name in actual if name not in wanted)])})"
