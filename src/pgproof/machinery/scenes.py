"""What an expression answers in a scene: a few rows that are thought up, and somebody who is signed in.

By three-valued logic, as folding does; beyond that queries, and functions in SQL and PL/pgSQL, are answered from the
rows. What nobody thought up, such as other tables, is unknown, so that an answer that is told holds whatever is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.machinery import bodies, calls, querying
from pgproof.machinery.folding import UNKNOWN, Folder, logic
from pgproof.machinery.querying import Bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pgproof.machinery.bodies import Step
    from pgproof.machinery.querying import Rows
    from pgproof.machinery.reading import Function
    from pgproof.machinery.statements import Name

# Deeper than any helper that calls helpers; one that calls itself ends here.
_DEEPEST = 8
_EQUAL, _UNEQUAL = "=", ("<>", "!=")
_ID_TYPES = frozenset(("uuid", "text", "varchar"))
# The claims of who is signed in, as one value.
CLAIMS = object()
_CLAIMS_SETTING = "request.jwt.claims"
_JSON = frozenset(("json", "jsonb"))


@dataclass(frozen=True)
class Id:
    """An id. kind: of what; the ids of one kind are never those of another."""

    kind: str
    name: str


@dataclass(frozen=True)
class Scene:
    """What there is. rows: of the tables that are thought up, complete. columns: of these and of other relations.

    answers: of functions by schema and name. claims: of who is signed in. answered: by function, what it answered.
    """

    rows: Mapping[Name, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    columns: Mapping[Name, frozenset[str]] = field(default_factory=dict)
    functions: Sequence[Function] = ()
    answers: Mapping[Name, Any] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    answered: dict[str, set[Any]] = field(default_factory=dict)

    def asking(self, values: Mapping[str, Any], table: str = "") -> Asking:
        """Return what finds values for a row. table: its name, by which an expression may call it."""
        return Asking(self, ({table: Bound(values)},))


class Asking(Folder):
    """Finds values in a scene. scopes: what names stand for, the innermost last. variables: of the body around.

    returned: what the body returns that was read with it.
    """

    def __init__(
        self,
        scene: Scene,
        scopes: tuple[Mapping[str, Bound], ...] = (),
        variables: dict[str, Any] | None = None,
        depth: int = 0,
    ) -> None:
        self._variables = {} if variables is None else variables
        super().__init__(self._variables)
        self.scene, self.scopes, self._depth = scene, scopes, depth
        self.returned: list[Any] = []

    def within(self, scope: Mapping[str, Bound]) -> Asking:
        """Return the same with another scope inside."""
        return type(self)(self.scene, (*self.scopes, scope), self._variables, self._depth)

    def did(self, step: Step, *, certain: bool) -> None:
        """Give variables their values, and keep what is returned. What is done perhaps leaves them unknown."""
        if step.kind == "return":
            self.returned.append(self.value(step.text))
        found = querying.last(self, step.text) if step.kind == "query" and certain else querying.UNTOLD
        if step.kind == "query":
            there = [False if present is None else present for present, _ in found]
            self._variables["found"] = logic("OR_EXPR", there)
        told = self.value(step.text) if step.kind == "assign" else one(found)
        for target in step.targets:
            self._forget(target)
        self._variables |= dict.fromkeys(step.targets, told if certain and len(step.targets) == 1 else UNKNOWN)

    def _forget(self, target: str) -> None:
        """Make unknown what is a part of a variable, has it as a part, or is the same with or without a label."""
        for name in self._variables:
            if any(
                one.startswith(f"{other}.") or one.endswith(f".{other}")
                for one, other in ((name, target), (target, name))
            ):
                self._variables[name] = UNKNOWN

    def column(self, names: tuple[str, ...]) -> Any:
        """Return the value of a column of the innermost scope that has it, or of a variable."""
        if len(names) > 1:
            bound = next((scope[names[-2]] for scope in reversed(self.scopes) if names[-2] in scope), None)
            return super().column(names) if bound is None else bound.values.get(names[-1], UNKNOWN)
        for scope in reversed(self.scopes):
            found = [bound.values[names[0]] for bound in scope.values() if names[0] in bound.values]
            if found:
                return found[0] if len(found) == 1 else UNKNOWN
            if any(not bound.complete for bound in scope.values()):
                return UNKNOWN
        return super().column(names)

    def cast(self, found: Any, schema: str, kind: str) -> Any:
        """Return what a value is as another type; an id stays one as a text."""
        if (isinstance(found, Id) and kind in _ID_TYPES) or (found is CLAIMS and kind in (*_JSON, "text")):
            return found
        return super().cast(found, schema, kind)

    def pair(self, name: str, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values: two ids are told apart, and a claim is looked up."""
        if left is CLAIMS and right is not None:
            return self.scene.claims.get(right, UNKNOWN) if name == "->>" else False if name == _EQUAL else UNKNOWN
        if isinstance(left, Id) and isinstance(right, Id):
            return left == right if name == _EQUAL else left != right if name in _UNEQUAL else UNKNOWN
        return super().pair(name, left, right)

    def any_of(self, node: Any, left: Any) -> Any:
        """Return whether a value is among those of a list, an array or a query."""
        if type(node).__name__ == "SubLink" and node.subLinkType.name == "ARRAY_SUBLINK":
            return self._among(node.subselect, left)
        return super().any_of(node, left)

    def sub_select(self, node: Any) -> Any:
        """Return the value of a query in an expression, by the rows of the scene."""
        kind, query = node.subLinkType.name, node.subselect
        if kind == "EXISTS_SUBLINK":
            return logic("OR_EXPR", [present for present, _ in querying.rows(self, query)])
        if kind == "ANY_SUBLINK" and (not node.operName or node.operName[-1].sval == _EQUAL):
            return self._among(query, self.of_node(node.testexpr))
        return one(querying.rows(self, query)) if kind == "EXPR_SUBLINK" else UNKNOWN

    def _among(self, query: Any, left: Any) -> Any:
        found = querying.rows(self, query)
        return logic(
            "OR_EXPR", [logic("AND_EXPR", [present, self.pair(_EQUAL, left, value)]) for present, value in found]
        )

    def call(self, schema: str, name: str, arguments: list[Any]) -> Any:
        """Return what a function answers, PostgreSQL's own or the project's."""
        if (schema, name) in self.scene.answers:
            return self.scene.answers[schema, name]
        if schema in ("", "pg_catalog"):
            if name == "current_setting":
                return CLAIMS if arguments[:1] == [_CLAIMS_SETTING] else UNKNOWN
            if name in calls.NOW and not arguments:
                return calls.now()
            found = super().call(schema, name, arguments)
            if found is not UNKNOWN:
                return found
        function = self.function(schema, name, len(arguments))
        if function is None or function.returns_set:
            return UNKNOWN
        answer = one(self.answers(function, arguments))
        self.scene.answered.setdefault(f"{function.schema}.{function.name}", set()).add(answer)
        return answer

    def table(self, name: Name) -> tuple[Sequence[Mapping[str, Any]] | None, frozenset[str] | None]:
        """Return the rows of a table, None if they are unknown, and its columns, likewise."""
        schema, relation = name
        named = [each for each in self.scene.columns if each[1] == relation and schema in ("", each[0])]
        if len(named) != 1:
            return None, None
        return self.scene.rows.get(named[0]), self.scene.columns[named[0]]

    def function(self, schema: str, name: str, arguments: int) -> Function | None:
        """Return the function of the project that a call means, None if that is not certain."""
        named = [each for each in self.scene.functions if each.name == name and schema in ("", each.schema)]
        return named[0] if len(named) == 1 and len(named[0].parameters) == arguments else None

    def answers(self, function: Function, arguments: list[Any]) -> Rows:
        """Return the rows that a function answers, one for a function that returns no set."""
        if self._depth >= _DEEPEST:
            return querying.UNTOLD
        variables: dict[str, Any] = {}
        for number, (name, value) in enumerate(zip(function.parameters, arguments, strict=True), start=1):
            variables |= {f"${number}": value}
            variables |= {name: value, f"{function.name}.{name}": value} if name else {}
        inside = type(self)(self.scene, (), variables, self._depth + 1)
        body = bodies.read(function.language, function.body, deciding=inside)
        if body is None or body.dynamic:
            return querying.UNTOLD
        if function.language == "sql":
            found = querying.last(inside, body.certain[-1].text) if body.certain else querying.UNTOLD
            if not function.returns_set:
                return [(True, one(found))]
            some = False if not found else UNKNOWN
            self.scene.answered.setdefault(f"{function.schema}.{function.name}", set()).add(some)
            return found
        raises = any(step.kind == "raise" for step in body.certain)
        return querying.UNTOLD if function.returns_set else [(True, _agreed(inside.returned, raises))]


def one(found: Rows) -> Any:
    """Return the value of a query that stands for one value: NULL without a row."""
    there = [(present, value) for present, value in found if present not in (False, None)]
    if not there:
        return None
    _, first = there[0]
    certain = any(present is True for present, _ in there)
    return first if certain and all(value == first for _, value in there) else UNKNOWN


def _agreed(found: list[Any], raises: bool) -> Any:
    """Return what all RETURNs of a body agree on; false if it raises in any case."""
    if not found:
        return False if raises else UNKNOWN
    if all(value is found[0] for value in found):
        return found[0]
    return False if all(value in (False, None) for value in found) else UNKNOWN
