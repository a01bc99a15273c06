"""What the exposed schema holds: relations, how they are related, functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stack.rest.relationships import relationships

if TYPE_CHECKING:
    from stack.rest.relationships import Relationship

SCHEMA = "public"


@dataclass(frozen=True)
class Column:
    """type, default: as SQL reads them."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True, eq=False)
class Relation:
    """A table, a view, or the rows that a function returns. primary_key: empty if there is none."""

    name: str
    columns: dict[str, Column]
    primary_key: tuple[str, ...] = ()
    unique_keys: frozenset[frozenset[str]] = frozenset()
    # A function that returns "record" does not say which columns that has.
    columns_known: bool = True


@dataclass(frozen=True)
class ForeignKey:
    """From columns of a table to target_columns of the table that it names."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    """One argument that a function takes; type as SQL reads it."""

    name: str
    type: str
    variadic: bool
    required: bool


@dataclass(frozen=True, eq=False)
class Function:
    """returns: nothing, values of one type, or rows of relation. set: any number of them. reads: changes nothing."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: Literal["void", "values", "rows"]
    set: bool
    reads: bool
    relation: Relation

    @property
    def signature(self) -> str:
        """For a person."""
        taken = ", ".join(f"{each.name} => {each.type}" for each in self.parameters)
        return f"{SCHEMA}.{self.name}({taken})"


@dataclass(frozen=True, eq=False)
class Catalog:
    """One state of the schema. document: what it was read from; relationships: by the relation they start from."""

    document: str = field(repr=False)
    relations: dict[str, Relation]
    relationships: dict[str, tuple[Relationship, ...]]
    functions: dict[str, tuple[Function, ...]]


@cache
def query() -> bytes:
    """The statement that reads the document: one row, one text."""
    return Path(__file__).with_name("catalog.sql").read_bytes()


def read(document: str) -> Catalog:
    """The catalog of a document."""
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
