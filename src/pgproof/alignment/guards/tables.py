"""The table that a statement is about: how SQL names it, what its columns are, and what its rows are called."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from pgproof.catalog.statements.aligned import literal, split
from pgproof.rehearsal import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgproof.catalog import Catalog

# Tables, partitioned tables and materialized views: others have no rows of their own, or promise nothing about them.
_WITH_ROWS = ("r", "p", "m")
_DOMAIN = "d"
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_LIMITS = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True)
class Table:
    """A table of the database that changes. identity: as the catalog spells it. only: without those that inherit."""

    identity: str
    catalog: Catalog
    only: bool = False

    @property
    def rows(self) -> str:
        """What stands in FROM."""
        return f"ONLY {self.identity}" if self.only else self.identity

    @property
    def alone(self) -> Table:
        """The table without those that inherit from it, unless these are its partitions: what an index is on."""
        return self if self.catalog.get("relation", self.identity).get("kind") == "p" else replace(self, only=True)

    @property
    def alias(self) -> str:
        """How its columns are referred to there: its own name, since expressions may do so, too."""
        return split(self.identity)[1]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of its primary key, without quotes; empty without one."""
        for constraint in self.constraints().values():
            definition = constraint["definition"]
            if definition.startswith("PRIMARY KEY"):
                return tuple(each.sval for each in parsed_constraint(definition).keys)
        return ()

    @property
    def row(self) -> str:
        """An expression that names a row: by the primary key, without one by where it is stored."""
        if not self.key:
            partition = f"{self.alias}.tableoid::regclass, ' ', " if self._has_parts else ""
            return f"concat({partition}'ctid=', {self.alias}.ctid)"
        # By the whole row, because a step before this one may have dropped or renamed a column of the key.
        values = (f"{literal(f'{name}=')} || (to_jsonb({self.alias}.*) ->> {literal(name)})" for name in self.key)
        return f"concat_ws(', ', {', '.join(values)})"

    @property
    def place(self) -> str:
        """What rows are sorted by, so that the same ones are named each time."""
        return f"{self.alias}.tableoid, {self.alias}.ctid" if self._has_parts else f"{self.alias}.ctid"

    @property
    def _has_parts(self) -> bool:
        return not self.only and any(
            self.identity in (each.get("inherits from") or ()) for each in self.catalog.of_kind("relation").values()
        )

    def column(self, name: str) -> Mapping[str, Any]:
        """Return the attributes of a column, by its name without quotes; empty if there is none."""
        found = (self.catalog.get("column", f"{self.identity}.{each}") for each in _spelled(name))
        return next((each for each in found if each), {})

    def has_no_null(self, name: str) -> bool:
        """Return whether a constraint proves that no row is NULL in a column, so that no row has to be read."""
        proof = f"CHECK (({forms.quoted(name)} IS NOT NULL))"
        return bool(self.column(name).get("not null")) or any(
            each["definition"] == proof and each["validated"] for each in self.constraints().values()
        )

    def at(self, name: str) -> str:
        """Return how SQL refers to a column, by its name without quotes."""
        return f"{self.alias}.{forms.quoted(name)}"

    def constraints(self) -> dict[str, Mapping[str, Any]]:
        """Return the attributes of its constraints, by their quoted names."""
        own, start = ("relation", self.identity), len(self.identity) + 1
        return {
            identity[start:]: attributes
            for identity, attributes in self.catalog.of_kind("constraint").items()
            if self.catalog.parents.get(("constraint", identity)) == own
        }


def named(relation: Any, catalog: Catalog, *, only: bool = False) -> Table | None:
    """Return the table of a RangeVar; None if it is not there yet, or holds no rows of its own."""
    parts = [_spelled(each) for each in (relation.schemaname, relation.relname) if each]
    found = (known(".".join(each), catalog, only=only or not relation.inh) for each in product(*parts))
    return next((each for each in found if each is not None), None)


def _spelled(name: str) -> tuple[str, ...]:
    """Return how the catalog may spell a name: which words need quotes depends on the server's version."""
    return tuple(dict.fromkeys((forms.quoted(name), name if _PLAIN.match(name) else forms.quoted(name))))


def known(identity: str, catalog: Catalog, *, only: bool = False) -> Table | None:
    """Return the table of this identity; None if it is not there yet, or holds no rows of its own."""
    attributes = catalog.get("relation", identity)
    if attributes.get("populated") is False:
        # A materialized view without data has no rows, and refuses to be read.
        return None
    return Table(identity, catalog, only) if attributes.get("kind") in _WITH_ROWS else None


def base_type(name: str, catalog: Catalog) -> str:
    """Return what a type is in the end: a domain's base, without what stands in brackets."""
    plain = without_limits(name)
    attributes = catalog.get("type", plain)
    return base_type(attributes["base"], catalog) if attributes.get("kind") == _DOMAIN else plain


def without_limits(name: str) -> str:
    """Return a type without what stands in brackets: its length, or its digits."""
    return _LIMITS.sub("", name)


def equality(types: tuple[str, str], catalog: Catalog) -> str | None:
    """Return the operator by which two types are equal, whatever the search path; None if it cannot be told.

    The operators of PostgreSQL's own types are in pg_catalog, those of an extension's type such as citext where that
    type is. Without its own, citext would be compared as text, which tells "A" from "a".
    """
    schemas = []
    for each in types:
        base = base_type(each, catalog)
        # What the catalog knows is an enum, a composite or a range: PostgreSQL has operators for all of them, and for
        # arrays, whatever they are of.
        own = "" if ("type", base) in catalog.objects or base.endswith("[]") else split(base)[0]
        schemas.append(own or "pg_catalog")
    return f"OPERATOR({schemas[0]}.=)" if schemas[0] == schemas[1] else None


def parsed_constraint(definition: str) -> Any:
    """Return the parse tree of a constraint, as pg_get_constraintdef tells it."""
    import pglast

    statement: Any = pglast.parse_sql(f"ALTER TABLE t ADD {definition}")[0].stmt
    return statement.cmds[0].def_
