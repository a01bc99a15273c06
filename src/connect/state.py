"""Which migrations a catalog shows as applied: baseline, aligned, partly, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def is_not_null(catalog: Catalog, column: str) -> bool:
    """Return whether a column, such as "public.chats.type", is NOT NULL in every row.

    A NOT NULL of PostgreSQL 18 that was not validated does not count.
    """
    found = catalog.get("column", column)
    return bool(found.get("not null")) and "not validated" not in (found.get("not null constraint") or "")


def _shows(catalog: Catalog, addition: Addition) -> bool:
    """Return whether a catalog has what a script creates, as it is declared."""
    if addition.kind == "not null":
        return is_not_null(catalog, f"public.{addition.object}")
    if addition.kind == "function":
        declared = SCHEMA.functions[addition.object]
        return bool(catalog.get("function", declared.identity).get("result") == declared.result)
    table = next(table for table, name, _ in SCHEMA.of_tables("indexes") if name == addition.object)
    found = catalog.get("index", f"public.{addition.object}")
    return bool(found.get("valid")) and found.get("definition") == SCHEMA.index(table, addition.object)


def of(environment: Environment, catalog: Catalog) -> State:
    """Return the state of an environment's messaging schema.

    It is unknown if something is missing that only the scripts of other environments create.
    """
    ours = {path.name for path in environment.migrations}
    mine = [each for each in SCHEMA.additions if each.script in ours]
    others = [each for each in SCHEMA.additions if each.script not in ours]
    if not all(_shows(catalog, each) for each in others):
        return State("unknown")
    missing = tuple(f"{each.script[:3]} {each.what}" for each in mine if not _shows(catalog, each))
    if not missing:
        return State("aligned")
    return State("baseline" if len(missing) == len(mine) else "partly", missing)
