"""Whether a policy's expression is the same for every row and caller, such as `false` or `1 = 0`."""

from __future__ import annotations

import operator
from functools import cache
from typing import Any

_UNKNOWN = object()
_COMPARE = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


@cache
def is_never(expression: str) -> bool:
    """Return whether an expression is false or NULL whatever the row. expression: as pg_get_expr writes it."""
    if not any(word in expression.lower() for word in ("false", "null", "not", "=", "<", ">")):
        return False
    import pglast

    try:
        (statement,) = pglast.parse_sql(f"SELECT {expression}")
    except pglast.parser.ParseError:
        return False
    query: Any = statement.stmt
    value = _value(query.targetList[0].val)
    return value is None or value is False


def _value(node: Any) -> Any:
    """Return what a node is, None for NULL, _UNKNOWN if it depends on anything."""
    kind = type(node).__name__
    if kind == "A_Const":
        return None if node.isnull else _constant(node.val)
    if kind == "TypeCast":
        return _value(node.arg)
    if kind == "SubLink" and node.subLinkType.name == "EXPR_SUBLINK":
        query = node.subselect
        plain = not (query.fromClause or query.whereClause or query.op.name != "SETOP_NONE") and query.targetList
        return _value(query.targetList[0].val) if plain else _UNKNOWN
    if kind == "BoolExpr":
        return _boolean(node.boolop.name, [_value(each) for each in node.args])
    if kind == "A_Expr" and node.kind.name == "AEXPR_OP" and node.lexpr is not None:
        return _compared(node.name[-1].sval, _value(node.lexpr), _value(node.rexpr))
    return _UNKNOWN


def _constant(value: Any) -> Any:
    kind = type(value).__name__
    if kind == "Boolean":
        return value.boolval
    if kind == "Integer":
        return value.ival
    return value.sval if kind == "String" else _UNKNOWN


def _boolean(operation: str, values: list[Any]) -> Any:
    if operation == "NOT_EXPR":
        return values[0] if values[0] in (None, _UNKNOWN) else not values[0]
    decisive = operation == "OR_EXPR"
    if any(value is decisive for value in values):
        return decisive
    if _UNKNOWN in values:
        # NULL AND x is never true, whatever x is.
        return None if not decisive and None in values else _UNKNOWN
    return None if None in values else not decisive


def _compared(name: str, left: Any, right: Any) -> Any:
    if None in (left, right) and name in _COMPARE:
        return None
    if _UNKNOWN in (left, right) or name not in _COMPARE or type(left) is not type(right):
        return _UNKNOWN
    return _COMPARE[name](left, right)
