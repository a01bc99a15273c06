"""What a body does through the functions that it calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.machinery import bodies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgproof.machinery.bodies import Body
    from pgproof.machinery.reading import Function
    from pgproof.machinery.statements import Name, Statement


@dataclass
class Effects:
    """statements: of a body and of what it calls. opaque: whether some of that cannot be read.

    calls: the names of all functions that are called.
    """

    statements: list[Statement] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    opaque: bool = False

    @property
    def reads(self) -> set[Name]:
        """The relations that are read, or written."""
        return {name for statement in self.statements for name in statement.relations}

    def writes(self, table: str, *kinds: str) -> set[str] | None:
        """Return the columns that are written in a table by these kinds of statements; None if there is no such one."""
        found = [
            columns
            for statement in self.statements
            for kind, (_, name), columns in statement.writes
            if name == table and kind in kinds
        ]
        return {column for columns in found for column in columns} if found else None


def follow(body: Body, functions: Iterable[Function]) -> Effects:
    """Return what a body does, also through functions. functions: those that are not PostgreSQL's own.

    Raises pglast's ParseError.
    """
    by_name: dict[str, list[Function]] = {}
    for function in functions:
        by_name.setdefault(function.name, []).append(function)
    found = Effects()
    waiting: list[Body] = [body]
    seen: set[str] = set()
    while waiting:
        current = waiting.pop()
        found.opaque |= current.dynamic
        for statement in current.statements():
            found.statements.append(statement)
            for schema, name in statement.calls:
                found.calls.add(name)
                for called in by_name.get(name, ()):
                    if schema not in ("", called.schema) or f"{called.schema}.{name}" in seen:
                        continue
                    seen.add(f"{called.schema}.{name}")
                    inner = bodies.read(called.language, called.body)
                    if inner is None:
                        found.opaque = True
                    else:
                        waiting.append(inner)
    return found
