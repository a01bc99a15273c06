"""Two states of a database, with what tells an object that was renamed from one that was made anew."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

    from pgproof.catalog import Catalog, Key

# pg_class.oid and pg_proc.oid stay as they are when an object is renamed, moved or altered, and in a database's copy.
_NUMBERS = """
SELECT 'relation', c.oid::bigint, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
  AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT 'function', p.oid::bigint,
  quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'
"""
# Functions of these types are called by PostgreSQL alone.
NOBODY_CALLS = ("trigger", "event_trigger")
# The kinds of what belongs to a table and begins with its name.
_PARTS = ("column", "constraint", "policy", "rule", "trigger")


class Worse(NamedTuple):
    """Something that held before and does not any more. subject: the table, view or function that it is about.

    rule: the rule of the linter that says so, empty if none does.
    """

    subject: str
    what: str
    to_do: str
    rule: str = ""


def numbers(connection: psycopg.Connection[Any]) -> dict[Key, int]:
    """Return the number of each relation and function, by kind and identity; call catalog.begin_reading first."""
    return {(kind, identity): number for kind, number, identity in connection.execute(_NUMBERS).fetchall()}


@dataclass(frozen=True)
class Sides:
    """A database before and after some scripts.

    texts: the statements of the scripts. numbers_before, numbers_after: as numbers() returns them; without them,
    objects are the same if their names are.
    """

    before: Catalog
    after: Catalog
    texts: tuple[str, ...] = ()
    numbers_before: Mapping[Key, int] = field(default_factory=dict)
    numbers_after: Mapping[Key, int] = field(default_factory=dict)

    @cached_property
    def _names_after(self) -> dict[tuple[str, int], str]:
        return {(kind, number): identity for (kind, identity), number in self.numbers_after.items()}

    def now(self, kind: str, identity: str) -> str:
        """Return what an object of before is called after; its old name if it is gone or nothing is known."""
        number = self.numbers_before.get((kind, identity))
        return identity if number is None else self._names_after.get((kind, number), identity)

    def is_new(self, kind: str, identity: str) -> bool:
        """Return whether an object of after was made by the scripts, also in the place of another."""
        number = self.numbers_after.get((kind, identity))
        if number is None or not self.numbers_before:
            return (kind, identity) not in self.before.objects
        return number not in self._known

    @cached_property
    def _known(self) -> frozenset[int]:
        return frozenset(self.numbers_before.values())

    @cached_property
    def replaced(self) -> frozenset[str]:
        """The relations whose name stands for another object now: dropped or renamed, and made anew."""
        return frozenset(
            identity
            for (kind, identity) in self.before.objects
            if kind == "relation" and (kind, identity) in self.after.objects and self.is_new(kind, identity)
        )

    def relations(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
        """Yield the relations that are the same object before and after: both identities, and both attributes."""
        for identity, was in self.before.of_kind("relation").items():
            name = self.now("relation", identity)
            now = self.after.get("relation", name)
            if now and not (name == identity and identity in self.replaced):
                yield identity, name, was, now

    def parts(self, kind: str) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
        """Yield what belonged to each such relation: the relation's name after, both identities, attributes before."""
        assert kind in _PARTS, kind
        kept = {was: name for was, name, _, _ in self.relations()}
        for identity, attributes in self.before.of_kind(kind).items():
            parent_kind, parent = self.before.parents.get((kind, identity), ("", ""))
            if parent_kind == "relation" and parent in kept:
                yield kept[parent], identity, kept[parent] + identity[len(parent) :], attributes

    def said(self, *words: str) -> bool:
        """Return whether one statement has all of these words, or patterns of words, in any case."""
        return any(
            all(re.search(rf"(?<!\w){each}(?!\w)", text, re.IGNORECASE) for each in words) for text in self.texts
        )

    def dropped_by_name(self, kind: str, name: str) -> bool:
        """Return whether the scripts name an object, or make the statement that drops such ones while they run.

        Then nobody can tell that it went by mistake. kind: as DROP has it, such as "POLICY". name: without its schema.
        """
        return self.said(_pattern(name)) or self.said("execute", rf"drop\s+(materialized\s+)?{kind}")

    def privileges(self, *, of_after: bool) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
        """Return the privileges on each object, such as ("relation", "public.t"), by grantee, the owner's left out."""
        return self._granted_after if of_after else self._granted_before

    @cached_property
    def _granted_before(self) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
        return _granted(self.before)

    @cached_property
    def _granted_after(self) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
        return _granted(self.after)


def bare(identity: str) -> str:
    """Return a name without its schema, and a function's without its arguments."""
    name = identity.partition("(")[0]
    match = re.search(r'("(?:[^"]|"")*"|[^".]+)$', name)
    return match[0] if match else name


def own(identity: str, parent: str) -> str:
    """Return the name of a part without the table that it belongs to."""
    return identity[len(parent) + 1 :]


def _pattern(name: str) -> str:
    return re.escape(name.strip('"').replace('""', '"'))


def pattern(identity: str) -> str:
    """Return the regular expression of an object's own name, for Sides.said()."""
    return _pattern(bare(identity))


def _granted(catalog: Catalog) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
    found: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    for identity, each in catalog.of_kind("grant").items():
        thing, _, who = identity.rpartition(" to ")
        kind, _, name = thing.partition(" ")
        if catalog.get(kind, name).get("owner") != who:
            privileges = frozenset(privilege.removesuffix(" with grant option") for privilege in each["privileges"])
            found.setdefault((kind, name), {})[who] = privileges
    return found
