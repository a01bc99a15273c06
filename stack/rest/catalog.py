"""What the exposed schema holds: relations, how they are related, and functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stack.rest.relations import Column, ForeignKey, Relation
from stack.rest.relationships import relationships

if TYPE_CHECKING:
    from stack.rest.relationships import Relationship

SCHEMA = "public"


@dataclass(frozen=True)
class Parameter:
    """One argument that a function takes. type: as SQL writes it."""

    name: str
    type: str
    variadic: bool
    required: bool


@dataclass(frozen=True, eq=False)
class Function:
    """A function that can be called. returns: nothing, values of one type, or rows of relation.

    set: it returns any number of them. reads: it is not volatile, so it may run in a read-only transaction.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: Literal["void", "values", "rows"]
    set: bool
    reads: bool
    relation: Relation

    @property
    def signature(self) -> str:
        """The function's name and arguments, for the choice that PGRST203 offers."""
        taken = ", ".join(f"{each.name} => {each.type}" for each in self.parameters)
        return f"{SCHEMA}.{self.name}({taken})"


@dataclass(frozen=True, eq=False)
class Catalog:
    """One state of the schema. document: what it was read from.

    relations, functions: by name; several functions may share one. relationships: by the relation they start from.
    """

    document: str = field(repr=False)
    relations: dict[str, Relation]
    relationships: dict[str, tuple[Relationship, ...]]
    functions: dict[str, tuple[Function, ...]]


@cache
def query() -> bytes:
    """Return the statement that reads the document: its answer is one row with one JSON text."""
    return Path(__file__).with_name("catalog.sql").read_bytes()


def read(document: str) -> Catalog:
    """Return the catalog that a document, the answer to query(), describes."""
    told = json.loads(document)
    relations = {name: _relation(name, each) for name, each in told["relations"].items()}
    keys = [
        ForeignKey(each["name"], each["table"], tuple(each["columns"]), each["target"], tuple(each["target_columns"]))
        for each in told["foreign_keys"]
    ]
    functions: dict[str, tuple[Function, ...]] = {}
    for each in told["functions"]:
        functions[each["name"]] = (*functions.get(each["name"], ()), _function(each, relations))
    return Catalog(document, relations, relationships(relations, keys), functions)


def _relation(name: str, told: dict[str, Any]) -> Relation:
    keys = [(each["primary"], tuple(each["columns"])) for each in told["keys"]]
    return Relation(
        name,
        _columns(told["columns"]),
        next((columns for primary, columns in keys if primary), ()),
        frozenset(frozenset(columns) for _, columns in keys),
    )


def _function(told: dict[str, Any], relations: dict[str, Relation]) -> Function:
    relation = relations.get(told["relation"])
    if relation is None:
        columns = _columns(told["columns"])
        relation = Relation(told["name"], columns, columns_known=bool(columns))
    return Function(
        told["name"],
        tuple(Parameter(**each) for each in told["parameters"]),
        told["returns"],
        told["set"],
        told["reads"],
        relation,
    )


def _columns(told: list[dict[str, Any]]) -> dict[str, Column]:
    return {each["name"]: Column(**each) for each in told}
