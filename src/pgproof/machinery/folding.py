"""The value of an expression of SQL, as far as literals and known names decide it; by three-valued logic."""

from __future__ import annotations

import operator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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
# Casts that leave what a literal compares by alone.
_PLAIN = frozenset(("text", "varchar", "bpchar", "bool", "int4", "int8", "name"))


def value(expression: str, known: Mapping[str, Any]) -> Any:
    """Return the value of an expression: UNKNOWN unless literals and known names decide it.

    known: values by the name of a column or variable, in small letters, as in "new.kind" or "kind".
    """
    import pglast
    from pglast.parser import ParseError

    try:
        (raw,) = pglast.parse_sql(f"SELECT {expression}")
        select: Any = raw.stmt
        (target,) = select.targetList
    except (ParseError, ValueError, TypeError):
        return UNKNOWN
    return of_node(target.val, known)


@cache
def is_never(expression: str) -> bool:
    """Return whether a condition is false or NULL whatever the row. expression: as pg_get_expr writes it."""
    import pglast
    from pglast.parser import ParseError

    if not any(word in expression.lower() for word in ("false", "null", "not", "=", "<", ">")):
        return False
    try:
        (raw,) = pglast.parse_sql(f"SELECT {expression}")
    except (ParseError, ValueError):
        return False
    select: Any = raw.stmt
    return never(select.targetList[0].val)


def never(node: Any) -> bool:
    """Return whether a condition that pglast has parsed is false or NULL in any case."""
    if type(node).__name__ == "BoolExpr" and node.boolop.name != "NOT_EXPR":
        parts = (never(each) for each in node.args)
        return all(parts) if node.boolop.name == "OR_EXPR" else any(parts)
    return of_node(node, {}) in (False, None)


def of_node(node: Any, known: Mapping[str, Any]) -> Any:
    """Return the value of an expression that pglast has parsed; see value()."""
    reader = _READERS.get(type(node).__name__)
    return UNKNOWN if reader is None else reader(node, known)


def _column(node: Any, known: Mapping[str, Any]) -> Any:
    return known.get(".".join(getattr(each, "sval", "*") for each in node.fields).lower(), UNKNOWN)


def _cast(node: Any, known: Mapping[str, Any]) -> Any:
    found, names = of_node(node.arg, known), node.typeName.names
    plain = names[-1].sval in _PLAIN
    if names[-1].sval == "bool" and isinstance(found, str):
        return {"t": True, "true": True, "f": False, "false": False}.get(found.lower(), UNKNOWN)
    # A type of the project's own is an enum or a domain, whose words are as they are written.
    return found if plain or found is None or len(names) == 2 else UNKNOWN


def _null_test(node: Any, known: Mapping[str, Any]) -> Any:
    found = of_node(node.arg, known)
    return UNKNOWN if found is UNKNOWN else (found is None) == (node.nulltesttype.name == "IS_NULL")


def _sub_select(node: Any, known: Mapping[str, Any]) -> Any:
    query = node.subselect
    plain = node.subLinkType.name == "EXPR_SUBLINK" and query.targetList and query.op.name == "SETOP_NONE"
    if not plain or query.fromClause or query.whereClause:
        return UNKNOWN
    return of_node(query.targetList[0].val, known)


def _literal(node: Any, _: Mapping[str, Any]) -> Any:
    if node.isnull:
        return None
    literal = node.val
    for attribute in ("sval", "ival", "boolval"):
        if hasattr(literal, attribute):
            return getattr(literal, attribute)
    return UNKNOWN


def _logic(operation: str, values: list[Any]) -> Any:
    values = [UNKNOWN if each is SOMETHING else each for each in values]
    if operation == "NOT_EXPR":
        (only,) = values
        return only if only is UNKNOWN or only is None else not only
    decisive = operation == "OR_EXPR"
    if any(each is decisive for each in values):
        return decisive
    for undecided in (UNKNOWN, None):
        if any(each is undecided for each in values):
            return undecided
    return not decisive


def _compared(node: Any, known: Mapping[str, Any]) -> Any:
    kind, name = node.kind.name, node.name[-1].sval
    left = of_node(node.lexpr, known)
    if kind in ("AEXPR_OP_ANY", "AEXPR_IN") and name in ("=", "<>"):
        elements = _elements(node.rexpr)
        if elements is None or (kind == "AEXPR_OP_ANY" and name == "<>"):
            return UNKNOWN
        found = _logic("OR_EXPR", [_pair("=", left, of_node(each, known)) for each in elements])
        return found if name == "=" else _logic("NOT_EXPR", [found])
    if kind == "AEXPR_OP_ALL" and name == "<>":
        elements = _elements(node.rexpr)
        if elements is None:
            return UNKNOWN
        return _logic("AND_EXPR", [_pair("<>", left, of_node(each, known)) for each in elements])
    return _pair(name, left, of_node(node.rexpr, known)) if kind == "AEXPR_OP" else UNKNOWN


def _elements(node: Any) -> list[Any] | None:
    if isinstance(node, tuple):
        return list(node)
    while type(node).__name__ == "TypeCast":
        node = node.arg
    return list(node.elements or ()) if type(node).__name__ == "A_ArrayExpr" else None


def _pair(name: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    if name not in _COMPARE or type(left) is not type(right) or not isinstance(left, str | int):
        return UNKNOWN
    if isinstance(left, str) and name not in ("=", "<>", "!="):
        # Their order is the collation's.
        return UNKNOWN
    return _COMPARE[name](left, right)


_READERS = {
    "A_Const": _literal,
    "ColumnRef": _column,
    "TypeCast": _cast,
    "BoolExpr": lambda node, known: _logic(node.boolop.name, [of_node(each, known) for each in node.args]),
    "NullTest": _null_test,
    "SubLink": _sub_select,
    "A_Expr": _compared,
}
