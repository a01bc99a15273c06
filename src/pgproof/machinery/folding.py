"""The value of an expression of SQL, as far as literals and known names decide it; by three-valued logic."""

from __future__ import annotations

import operator
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from pgproof.machinery import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

UNKNOWN = object()
# A value that is there, whatever it is. None is NULL.
SOMETHING = object()
_COMPARE = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUAL = ("=", "<>", "!=")
# Casts that leave what a literal compares by alone.
_PLAIN = frozenset(("text", "varchar", "bpchar", "bool", "int4", "int8", "name"))


def value(expression: str, known: Mapping[str, Any]) -> Any:
    """Return the value of an expression: UNKNOWN unless literals and known names decide it.

    known: values by the name of a column or variable, in small letters, as in "new.kind" or "kind"; of now() too.
    """
    return Folder(known).value(expression)


@cache
def is_never(expression: str) -> bool:
    """Return whether a condition is false or NULL whatever the row. expression: as pg_get_expr writes it."""
    if not any(word in expression.lower() for word in ("false", "null", "not", "=", "<", ">")):
        return False
    tree = _tree(expression)
    return tree is not None and never(tree)


def never(node: Any) -> bool:
    """Return whether a condition that pglast has parsed is false or NULL in any case."""
    if type(node).__name__ == "BoolExpr" and node.boolop.name != "NOT_EXPR":
        parts = (never(each) for each in node.args)
        return all(parts) if node.boolop.name == "OR_EXPR" else any(parts)
    return Folder({}).of_node(node) in (False, None)


@cache
def _tree(expression: str) -> Any:
    """Return the tree of an expression, None if it is none."""
    import pglast
    from pglast.parser import ParseError

    try:
        (raw,) = pglast.parse_sql(f"SELECT {expression}")
        select: Any = raw.stmt
        (target,) = select.targetList
    except (ParseError, ValueError, TypeError):
        return None
    return target.val


def logic(operation: str, values: Iterable[Any]) -> Any:
    """Return what AND_EXPR, OR_EXPR or NOT_EXPR makes of values; what is no boolean is unknown."""
    found = [each if each is None or isinstance(each, bool) else UNKNOWN for each in values]
    if operation == "NOT_EXPR":
        (only,) = found
        return only if only is UNKNOWN or only is None else not only
    decisive = operation == "OR_EXPR"
    if any(each is decisive for each in found):
        return decisive
    for undecided in (UNKNOWN, None):
        if any(each is undecided for each in found):
            return undecided
    return not decisive


class Folder:
    """Finds the value of what pglast has parsed. known: as for value()."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def value(self, expression: str) -> Any:
        """Return what an expression stands for, UNKNOWN unless it is decided."""
        tree = _tree(expression)
        return UNKNOWN if tree is None else self.of_node(tree)

    def of_node(self, node: Any) -> Any:
        """Return the value of a node of the tree."""
        reader = _READERS.get(type(node).__name__)
        return UNKNOWN if reader is None else reader(self, node)

    def did(self, step: Any, *, certain: bool) -> None:
        """Take note of what a body does, in its order; see bodies.Step. Here nothing follows from it."""

    def column(self, names: tuple[str, ...]) -> Any:
        """Return what a name stands for. names: its parts, in small letters unless quoted."""
        return self.known.get(".".join(names).lower(), UNKNOWN)

    def call(self, schema: str, name: str, arguments: list[Any]) -> Any:
        """Return what a function answers. schema: empty where it is not written."""
        if schema not in ("", "pg_catalog"):
            return UNKNOWN
        if name in calls.NOW and not arguments:
            return self.known.get("now()", UNKNOWN)
        answer = calls.answer(name, arguments)
        return UNKNOWN if answer is calls.NOT_TOLD else answer

    def sub_select(self, node: Any) -> Any:
        """Return the value of a query in an expression; here of one that asks no table."""
        query = node.subselect
        plain = node.subLinkType.name == "EXPR_SUBLINK" and query.targetList and query.op.name == "SETOP_NONE"
        if not plain or query.fromClause or query.whereClause:
            return UNKNOWN
        return self.of_node(query.targetList[0].val)

    def pair(self, name: str, left: Any, right: Any) -> Any:
        """Return what an operator makes of two values."""
        if left is None or right is None:
            return None
        if isinstance(left, calls.Moment) and isinstance(right, timedelta) and name in ("+", "-"):
            return calls.moved(left, name, right) or UNKNOWN
        if name not in _COMPARE or type(left) is not type(right) or not isinstance(left, str | int | calls.Moment):
            return UNKNOWN
        if isinstance(left, str) and name not in _EQUAL:
            # Their order is the collation's.
            return UNKNOWN
        if isinstance(left, calls.Moment) and left.is_close_to(right):
            return UNKNOWN
        return _COMPARE[name](left, right)

    def any_of(self, node: Any, left: Any) -> Any:
        """Return whether a value is among those of a list or an array, UNKNOWN if that cannot be told."""
        elements = _elements(node)
        if elements is None:
            return UNKNOWN
        return logic("OR_EXPR", [self.pair("=", left, self.of_node(each)) for each in elements])

    def _literal(self, node: Any) -> Any:
        if node.isnull:
            return None
        literal = node.val
        for attribute in ("sval", "ival", "boolval"):
            if hasattr(literal, attribute):
                return getattr(literal, attribute)
        return UNKNOWN

    def _column_reference(self, node: Any) -> Any:
        return self.column(tuple(getattr(each, "sval", "*") for each in node.fields))

    def cast(self, found: Any, schema: str, kind: str) -> Any:
        """Return what a value is as another type. schema: empty where it is not written."""
        if kind == "bool" and isinstance(found, str):
            return {"t": True, "true": True, "f": False, "false": False}.get(found.lower(), UNKNOWN)
        if kind == "interval" and isinstance(found, str):
            return calls.interval(found) or UNKNOWN
        if kind in calls.TIMES and isinstance(found, str | calls.Moment):
            exact = isinstance(found, calls.Moment) and kind == "timestamptz"
            return found if exact else calls.moment(found) or UNKNOWN
        # A type of the project's own is an enum or a domain, whose words are as they are written.
        return found if kind in _PLAIN or found is None or schema not in ("", "pg_catalog") else UNKNOWN

    def _cast(self, node: Any) -> Any:
        names = [each.sval for each in node.typeName.names]
        return self.cast(self.of_node(node.arg), names[0] if len(names) > 1 else "", names[-1])

    def _null_test(self, node: Any) -> Any:
        found = self.of_node(node.arg)
        return UNKNOWN if found is UNKNOWN else (found is None) == (node.nulltesttype.name == "IS_NULL")

    def _boolean_test(self, node: Any) -> Any:
        found, asked = self.of_node(node.arg), node.booltesttype.name
        if found is UNKNOWN or found is SOMETHING:
            return UNKNOWN
        return (found is {"TRUE": True, "FALSE": False, "UNKNOWN": None}[asked.rpartition("_")[2]]) != ("NOT" in asked)

    def _called(self, node: Any) -> Any:
        if node.agg_star or node.agg_distinct or node.over or node.agg_filter or node.func_variadic:
            return UNKNOWN
        names = [each.sval for each in node.funcname]
        arguments = [self.of_node(each) for each in node.args or ()]
        return self.call(names[-2] if len(names) > 1 else "", names[-1], arguments)

    def _coalesce(self, node: Any) -> Any:
        for each in node.args:
            found = self.of_node(each)
            if found is not None:
                return found
        return None

    def _case(self, node: Any) -> Any:
        subject = None if node.arg is None else self.of_node(node.arg)
        for each in node.args:
            condition = self.of_node(each.expr)
            holds = condition if node.arg is None else self.pair("=", subject, condition)
            if holds is True:
                return self.of_node(each.result)
            if holds not in (False, None):
                return UNKNOWN
        return None if node.defresult is None else self.of_node(node.defresult)

    def _logic(self, node: Any) -> Any:
        return logic(node.boolop.name, [self.of_node(each) for each in node.args])

    def _compared(self, node: Any) -> Any:
        kind, name = node.kind.name, node.name[-1].sval
        if node.lexpr is None:
            return UNKNOWN
        left = self.of_node(node.lexpr)
        if kind in ("AEXPR_OP_ANY", "AEXPR_IN") and name == "=":
            return self.any_of(node.rexpr, left)
        if kind in ("AEXPR_OP_ALL", "AEXPR_IN") and name == "<>":
            return logic("NOT_EXPR", [self.any_of(node.rexpr, left)])
        if kind not in _TWO_SIDED:
            return UNKNOWN
        return _TWO_SIDED[kind](self, name, left, self.of_node(node.rexpr))


def _distinct(folder: Folder, _: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        other = right if left is None else left
        return UNKNOWN if other is UNKNOWN else left is not right
    return folder.pair("<>", left, right)


def _null_if(folder: Folder, _: str, left: Any, right: Any) -> Any:
    same = folder.pair("=", left, right)
    if same is True:
        return None
    return left if same in (False, None) else UNKNOWN


_TWO_SIDED: Mapping[str, Callable[[Folder, str, Any, Any], Any]] = {
    "AEXPR_OP": lambda folder, name, left, right: folder.pair(name, left, right),
    "AEXPR_DISTINCT": _distinct,
    "AEXPR_NOT_DISTINCT": lambda folder, name, left, right: logic("NOT_EXPR", [_distinct(folder, name, left, right)]),
    "AEXPR_NULLIF": _null_if,
}


def _elements(node: Any) -> list[Any] | None:
    if isinstance(node, tuple):
        return list(node)
    while type(node).__name__ == "TypeCast":
        node = node.arg
    return list(node.elements or ()) if type(node).__name__ == "A_ArrayExpr" else None


_READERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "A_Const": Folder._literal,
    "ColumnRef": Folder._column_reference,
    "TypeCast": Folder._cast,
    "BoolExpr": Folder._logic,
    "NullTest": Folder._null_test,
    "BooleanTest": Folder._boolean_test,
    "CoalesceExpr": Folder._coalesce,
    "CaseExpr": Folder._case,
    "FuncCall": Folder._called,
    "SQLValueFunction": lambda folder, node: folder.call("", node.op.name.removeprefix("SVFOP_").lower(), []),
    "ParamRef": lambda folder, node: folder.column((f"${node.number}",)),
    "SubLink": lambda folder, node: folder.sub_select(node),
    "A_Expr": Folder._compared,
}
