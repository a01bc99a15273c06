"""Which object a name in a function's body means, by the search path that the function runs with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.reach.facts import Facts, Function, Relation, Role
    from pgproof.reach.statements import Call

_SYSTEM = "pg_catalog"


class Names:
    """Looks names up. path: of functions that have none of their own."""

    def __init__(self, facts: Facts, path: Sequence[str]) -> None:
        self._path = tuple(path)
        self._relations = {(each.schema, each.name): each for each in facts.relations.values()}
        self._functions: dict[tuple[str, str], list[Function]] = {}
        for each in facts.functions.values():
            self._functions.setdefault((each.schema, each.name), []).append(each)

    def closed_to(self, role: Role) -> list[Function]:
        """Return the server's own functions that a role may not execute; usually they are for PUBLIC."""
        return [
            each
            for (schema, _), versions in self._functions.items()
            if schema == _SYSTEM
            for each in versions
            if role.name not in each.execute
        ]

    def relation(self, function: Function, schema: str | None, name: str) -> Relation | None:
        """Return the relation that a name in a function means; None for a system's own, or one that is not there."""
        found = (self._relations.get((each, name)) for each in self._schemas(function, schema))
        return next((each for each in found if each is not None), None)

    def function(self, function: Function, call: Call, runner: Role) -> Function | None:
        """Return the function that a call in a function means, of several versions one that its runner may execute."""
        for schema in self._schemas(function, call.schema):
            versions = self._functions.get((schema, call.name), [])
            fitting = [each for each in versions if each.least <= call.arguments <= each.most] or (
                [] if schema == _SYSTEM else versions
            )
            if fitting:
                return next((each for each in fitting if runner.name in each.execute), fitting[0])
        return None

    def _schemas(self, function: Function, schema: str | None) -> Sequence[str]:
        if schema is not None:
            return (schema,)
        path = self._path if function.path is None else function.path
        return path if _SYSTEM in path else (_SYSTEM, *path)
