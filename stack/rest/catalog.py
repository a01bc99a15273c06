"""What the exposed schemas hold: relations, how they are related, and functions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stack.rest import views
from stack.rest.relations import Column, ComputedRelationship, ForeignKey, Handler, Relation
from stack.rest.relationships import relationships

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack.rest.relations import Name
    from stack.rest.relationships import Relationship


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

    set: it returns any number of them. reads: it is not volatile, so it may run in a read-only transaction. settings:
    what it sets while it runs, as "name=value".
    """

    schema: str
    name: str
    parameters: tuple[Parameter, ...]
    returns: Literal["void", "values", "rows"]
    set: bool
    reads: bool
    relation: Relation
    settings: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """The function's name and arguments, for the choice that PGRST203 offers."""
        taken = ", ".join(f"{each.name} => {each.type}" for each in self.parameters)
        return f"{self.schema}.{self.name}({taken})"


@dataclass(frozen=True, eq=False)
class Catalog:
    """One state of the exposed schemas. document: what it was read from.

    relations, functions: by schema and name; several functions may share one. relationships: by the relation they start
    from. handlers: what makes answers of other media types.
    """

    document: str = field(repr=False)
    relations: dict[Name, Relation]
    relationships: dict[Name, tuple[Relationship, ...]]
    functions: dict[Name, tuple[Function, ...]]
    handlers: tuple[Handler, ...] = ()


@cache
def query() -> bytes:
    """Return the statement that reads the document: its answer is one row with one JSON text."""
    return Path(__file__).with_name("catalog.sql").read_bytes()


def has_views(document: str) -> bool:
    """Return whether a document, the answer to query(), tells of any view."""
    return bool(json.loads(document)["rules"])


def read(document: str, shown: views.Shown) -> Catalog:
    """Return the catalog that a document, the answer to query(), describes. shown: what views show of tables."""
    told = json.loads(document)
    represented = _represented(told["representations"])
    primary: dict[Name, tuple[str, ...]] = {}
    unique: dict[Name, frozenset[frozenset[str]]] = {}
    for each in told["keys"]:
        name, columns = (each["schema"], each["table"]), tuple(each["columns"])
        unique[name] = unique.get(name, frozenset()) | {frozenset(columns)}
        if each["primary"]:
            primary[name] = columns
    primary.update({view: key for view in shown if (key := views.primary_key(shown, view, primary))})
    computed: dict[Name, dict[str, Column]] = {}
    for each in told["computed"]:
        if each["searched"]:
            computed.setdefault(tuple(each["of"]), {})[each["name"]] = Column(each["name"], each["type"], None)
    relations = {
        (name := (each["schema"], each["name"])): Relation(
            each["name"],
            _columns(each["columns"], represented),
            primary.get(name, ()),
            unique.get(name, frozenset()),
            schema=each["schema"],
            view=each["view"],
            computed=computed.get(name, {}),
        )
        for each in told["relations"]
    }
    keys = [
        ForeignKey(
            each["name"],
            tuple(each["table"]),
            tuple(each["columns"]),
            tuple(each["target"]),
            tuple(each["target_columns"]),
            frozenset(each["columns"]) in unique.get(tuple(each["table"]), frozenset()),
        )
        for each in told["foreign_keys"]
    ]
    by_function = [
        ComputedRelationship((each["schema"], each["name"]), tuple(each["of"]), tuple(each["target"]), each["single"])
        for each in told["computed"]
        if each["target"]
    ]
    functions: dict[Name, tuple[Function, ...]] = {}
    for each in told["functions"]:
        name = each["schema"], each["name"]
        functions[name] = (*functions.get(name, ()), _function(each, relations, represented))
    # Those of one name in PostgREST's order, in which the error of a call that fits several names them.
    functions = {name: tuple(sorted(overloads, key=_place)) for name, overloads in functions.items()}
    known = list(views.foreign_keys(shown, keys))
    handlers = tuple(
        Handler(each["media"], each["function"] and tuple(each["function"]), each["of"] and tuple(each["of"]))
        for each in told["handlers"]
        if each["of"] or each["any"]
    )
    return Catalog(document, relations, relationships(relations, known, primary, by_function), functions, handlers)


def _place(function: Function) -> tuple[int, list[tuple[str, str]]]:
    return len(function.parameters), [(each.name, each.type) for each in function.parameters]


def _function(told: dict[str, Any], relations: Mapping[Name, Relation], represented: dict[str, Any]) -> Function:
    relation = relations.get((told["schema"], told["relation"]))
    if relation is None:
        columns = _columns(told["columns"], represented)
        relation = Relation(told["name"], columns, columns_known=bool(columns), schema=told["schema"])
    return Function(
        told["schema"],
        told["name"],
        tuple(Parameter(**each) for each in told["parameters"]),
        told["returns"],
        told["set"],
        told["reads"],
        relation,
        tuple(told["settings"]),
    )


def _columns(told: list[dict[str, Any]], represented: Mapping[str, Mapping[str, str]]) -> dict[str, Column]:
    return {each["name"]: replace(Column(**each), **represented.get(each["type"], {})) for each in told}


def _represented(told: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return the functions of each domain, as Column names them."""
    found: dict[str, dict[str, str]] = {}
    for each in told:
        source, target, function = each["source"], each["target"], each["function"]
        if target == "json":
            found.setdefault(source, {})["shown"] = function
        if source in ("json", "text"):
            found.setdefault(target, {})["read" if source == "json" else "parsed"] = function
    return found
