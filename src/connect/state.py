"""Which migrations a catalog shows as applied: baseline, aligned, partly, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connect.guide import columns, functions, indexes
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from connect.schema import Addition
    from pgproof.catalog import Catalog
    from pgproof.environments import Environment


@dataclass(frozen=True)
class State:
    """How far an environment is migrated. name: "baseline", "aligned", "partly" or "unknown".

    missing: what the environment's migrations would still add, each in words after its script's number.
    """

    name: str
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} (missing: {', '.join(self.missing)})" if self.missing else self.name


def _shows(catalog: Catalog, addition: Addition) -> bool:
    """Return whether a catalog has what a script creates, or something that does the same."""
    if addition.kind == "not null":
        return columns.is_not_null(catalog, f"public.{addition.object}")
    if addition.kind == "function":
        return functions.function(catalog, addition.object.partition(".")[2]) is None
    return indexes.covering(catalog, addition.object) is not None


def lacking(environment: Environment, catalog: Catalog) -> tuple[Addition, ...]:
    """Return what an environment's migrations would still add to its catalog."""
    ours = {path.name for path in environment.migrations}
    return tuple(each for each in SCHEMA.additions if each.script in ours and not _shows(catalog, each))


def of(environment: Environment, catalog: Catalog) -> State:
    """Return the state of an environment's messaging schema.

    It is unknown if something is missing that only the scripts of other environments create.
    """
    ours = {path.name for path in environment.migrations}
    others = [each for each in SCHEMA.additions if each.script not in ours]
    if not all(_shows(catalog, each) for each in others):
        return State("unknown")
    missing = tuple(f"{each.script[:3]} {each.what}" for each in lacking(environment, catalog))
    if not missing:
        return State("aligned")
    mine = len(SCHEMA.additions) - len(others)
    return State("baseline" if len(missing) == mine else "partly", missing)
