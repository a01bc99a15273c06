"""The versions of the five functions, as the front end calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connect.schema import SCHEMA

if TYPE_CHECKING:
    from pgproof.catalog import Catalog

_VOLATILE, _IMMUTABLE = "v", "i"

FUNCTIONS = {function.short: function for function in SCHEMA.functions.values() if function.guide}


def function(catalog: Catalog, name: str) -> str | None:
    """Return what is wrong with the version of one of the five functions that the front end calls."""
    declared = FUNCTIONS[name]
    versions = [each for each in catalog.of_kind("function") if each.startswith(f"public.{name}(")]
    if not versions:
        return "missing"
    found = catalog.get("function", declared.identity)
    if not found:
        return f"takes other arguments: {', '.join(each.partition('(')[2].rstrip(')') for each in versions)}"
    if found["result"] != declared.result:
        return f"returns {found['result']}, not {declared.result}"
    if declared.code == _VOLATILE and found["volatility"] != _VOLATILE:
        return "is not VOLATILE, so it may not write"
    if found["volatility"] == _IMMUTABLE:
        return "is IMMUTABLE, though its result follows the rows"
    others = [
        each
        for each in versions
        if each != declared.identity
        and _same_call(_parameters(declared.arguments), _parameters(catalog.get("function", each)["arguments"]))
    ]
    return f"has another version that the same call could mean: {', '.join(others)}" if others else None


class _Parameter(NamedTuple):
    name: str
    type: str
    required: bool


def _parameters(arguments: str) -> list[_Parameter]:
    """Return the parameters of a function. arguments: as pg_get_function_arguments writes them."""
    found: list[_Parameter] = []
    depth, text = 0, ""
    for letter in f"{arguments},":
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            before, default, _ = text.strip().partition(" DEFAULT ")
            name, _, kind = before.partition(" ")
            found.append(_Parameter(name if kind else "", kind or name, not default))
            text = ""
        else:
            text += letter
    return [each for each in found if each.type]


def _same_call(declared: list[_Parameter], other: list[_Parameter]) -> bool:
    """Return whether a call with the declared parameters, by name or by position, could also mean the other version."""
    names = {each.name for each in declared}
    by_name = names <= {each.name for each in other} and {each.name for each in other if each.required} <= names
    count = len(declared)
    by_position = [each.type for each in other[:count]] == [each.type for each in declared] and not any(
        each.required for each in other[count:]
    )
    return by_name or by_position
