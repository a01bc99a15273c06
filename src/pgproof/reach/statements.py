"""Which relations, columns and functions one SQL statement names, by PostgreSQL's own grammar (pglast)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_WRITES = {"InsertStmt": "INSERT", "UpdateStmt": "UPDATE", "DeleteStmt": "DELETE"}


class Access(NamedTuple):
    """A relation that a statement names. schema: None where the search path decides.

    columns: names that may be columns of it, None for all of them; others are variables, or of another relation.
    """

    schema: str | None
    name: str
    command: str
    columns: frozenset[str] | None


class Call(NamedTuple):
    """A function that a statement calls, with how many arguments. schema: None where the search path decides."""

    schema: str | None
    name: str
    arguments: int


@dataclass(frozen=True)
class Statement:
    """What a statement names. conditional: whether it may be left out, as in a branch or a loop."""

    relations: tuple[Access, ...] = ()
    calls: tuple[Call, ...] = ()
    conditional: bool = False


def parsed(text: str) -> Iterator[Statement]:
    """Yield what each statement of a text names. Raises pglast.parser.ParseError."""
    import pglast

    for raw in pglast.parse_sql(text):
        yield _statement(raw.stmt)


def _statement(tree: Any) -> Statement:
    nodes = list(_nodes(tree))
    common = {node.ctename for node in nodes if type(node).__name__ == "CommonTableExpr"}
    calls = {_call(node) for node in nodes if type(node).__name__ == "FuncCall"}
    found: list[Access] = []
    for node in nodes:
        kind = type(node).__name__
        if kind == "RangeVar" and not (node.schemaname is None and node.relname in common):
            found.append(Access(node.schemaname, node.relname, "SELECT", _referred(tree, node)))
        if kind in _WRITES:
            found.extend(_written(tree, node, _WRITES[kind]))
        if kind == "SelectStmt" and node.lockingClause:
            locked = [each for each in _nodes(node.fromClause) if type(each).__name__ == "RangeVar"]
            found.extend(
                Access(each.schemaname, each.relname, "UPDATE", frozenset())
                for each in locked
                if each.schemaname or each.relname not in common
            )
    return Statement(tuple(dict.fromkeys(found)), tuple(sorted(calls, key=str)))


def _nodes(value: Any) -> Iterator[Any]:
    """Yield all nodes of a tree; of a statement that writes, not the relation that it writes to."""
    if isinstance(value, (tuple, list)):
        for each in value:
            yield from _nodes(each)
    elif hasattr(value, "ast_node_tag") or hasattr(type(value), "__slots__"):
        yield value
        for name in value:
            if not (name == "relation" and type(value).__name__ in _WRITES):
                yield from _nodes(getattr(value, name))


def _call(node: Any) -> Call:
    names = [each.sval for each in node.funcname]
    return Call(names[-2] if len(names) > 1 else None, names[-1], len(node.args or ()))


def _referred(tree: Any, relation: Any) -> frozenset[str] | None:
    """Return what a tree refers to that may be columns of this relation; None if it takes all of them."""
    alias = relation.alias.aliasname if relation.alias else relation.relname
    found = set()
    for node in _nodes(tree):
        # The columns of a written row and what is returned of it belong to the relation that is written.
        if type(node).__name__ != "ColumnRef":
            continue
        *qualifier, last = node.fields
        if qualifier and getattr(qualifier[-1], "sval", None) != alias:
            continue
        if type(last).__name__ == "A_Star":
            return None
        found.add(last.sval)
    return frozenset(found)


def _written(tree: Any, node: Any, command: str) -> Iterator[Access]:
    target = node.relation
    schema, name = target.schemaname, target.relname
    if command == "INSERT":
        columns = frozenset(each.name for each in node.cols) if node.cols else None
        read = _referred((node.returningClause, node.onConflictClause), target)
        again = node.onConflictClause
        if again is not None and again.targetList:
            yield Access(schema, name, "UPDATE", frozenset(each.name for each in again.targetList))
        if again is not None and again.infer is not None:
            inferred = frozenset(each.name for each in again.infer.indexElems or () if each.name)
            read = None if read is None else read | inferred
    else:
        columns = frozenset(each.name for each in node.targetList) if command == "UPDATE" else None
        read = _referred(tree, target)
    yield Access(schema, name, command, columns)
    if read is None or read:
        yield Access(schema, name, "SELECT", read)
