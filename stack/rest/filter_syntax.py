"""Filters in PostgREST's syntax: column=operator.value, and the trees of and=(…) and or=(…)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from stack.rest.reader import Reader
from stack.rest.syntax import Condition, Field, Filter, Group, Path

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARISONS = {
    "eq": "=",
    "neq": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "like": "LIKE",
    "ilike": "ILIKE",
    "match": "~",
    "imatch": "~*",
    "isdistinct": "IS DISTINCT FROM",
    "cs": "@>",
    "cd": "<@",
    "ov": "&&",
    "sl": "<<",
    "sr": ">>",
    "nxr": "&<",
    "nxl": "&>",
    "adj": "-|-",
}
SEARCHES = {
    "fts": "to_tsquery",
    "plfts": "plainto_tsquery",
    "phfts": "phraseto_tsquery",
    "wfts": "websearch_to_tsquery",
}
_QUANTIFIED = ("eq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch")
_IS = ("null", "not_null", "true", "false", "unknown")
_OPERATOR = "operator (eq, gt, ...)"
_IN_TREE = "field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)"


def looks_like_filter(value: str) -> bool:
    """Return whether a parameter of a function call filters the result instead of being an argument."""
    word = value.split(".", 1)[0] if "." in value else ""
    if word == "not":
        return True
    return word.split("(", 1)[0] in (*COMPARISONS, *SEARCHES, "in", "is")


def path_and_field(key: str) -> tuple[Path, Field]:
    """Return the embeds that the key of a filter is inside of, and its field. Raises ApiError."""
    reader = Reader("tree path", key)
    path: list[str] = []
    field = reader.field()
    while reader.take("."):
        path.append(field.name)
        if field.steps:
            reader.fail("end of input")
        field = reader.field()
    reader.end()
    return tuple(path), field


def path_of(key: str) -> Path:
    """Return the embeds before the last word of a key of order, limit or offset. Raises ApiError."""
    path, _ = path_and_field(key)
    return path


def condition(field: Field, value: str) -> Condition:
    """Return the condition on a field that the value of a filter, such as "not.eq.1", means. Raises ApiError."""
    reader = Reader("filter", value)
    found = _condition(reader, field, lambda: reader.until(""))
    reader.end()
    return found


def group(key: str, value: str) -> tuple[Path, Group]:
    """Return the embeds that a tree of conditions is inside of, and the tree. Raises ApiError.

    key: and, or, not.and or not.or, after the names of the embeds. value: "(a.eq.1,or(b.is.null,c.gt.2))".
    """
    *before, conjunction = key.split(".")
    negated = bool(before) and before[-1] == "not"
    if negated:
        before.pop()
    path = path_of(".".join([*before, conjunction]))
    # Positions are told as if the conjunction stood before the value. What follows the tree is not read.
    reader = Reader("logic tree", value, before=len(f"not.{conjunction}" if negated else conjunction))
    members = _members(reader)
    return path, Group("and" if conjunction == "and" else "or", members, negated)


def _members(reader: Reader) -> tuple[Filter, ...]:
    reader.spaces()
    reader.opened()
    members = [_member(reader)]
    reader.spaces()
    while reader.take(","):
        members.append(_member(reader))
        reader.spaces()
    reader.closed()
    reader.spaces()
    return tuple(members)


def _member(reader: Reader) -> Filter:
    reader.spaces()
    began = reader.position
    negated = reader.take("not.")
    for conjunction in ("and", "or"):
        word: Literal["and", "or"] = "and" if conjunction == "and" else "or"
        if reader.take(word):
            reader.spaces()
            if reader.sees("("):
                return Group(word, _members(reader), negated)
            break
    reader.position = began
    field = reader.field(_IN_TREE)
    reader.spaces()
    reader.expect(".")
    return _condition(reader, field, lambda: _value_in_tree(reader))


def _value_in_tree(reader: Reader) -> str:
    value = reader.whole_quoted(",)")
    if value is not None:
        return value
    if reader.sees("{") and (array := reader.braced()) is not None:
        return array
    return reader.until(",)")


def _condition(reader: Reader, field: Field, value: Callable[[], str]) -> Condition:
    negated = reader.take("not.")
    operator = reader.until(".(")
    if operator == "in":
        reader.expect(".")
        return Condition(field, "in", _list(reader), negated)
    if operator == "is":
        reader.expect(".")
        word = reader.until(",)").lower()
        if word not in _IS:
            reader.fail("null, not_null or trilean value (unknown, true, false)")
        return Condition(field, "is", word, negated)
    if operator in SEARCHES:
        language = None
        if reader.take("("):
            language = reader.name()
            reader.expect(")")
        reader.expect(".")
        return Condition(field, operator, value(), negated, language=language)
    if operator not in COMPARISONS:
        reader.position -= len(operator)
        reader.fail(_OPERATOR if negated else f'"not" or {_OPERATOR}')
    quantifier: Literal["any", "all"] | None = None
    if reader.sees("(") and operator in _QUANTIFIED:
        reader.expect("(")
        quantifier = "any" if reader.take("any") else "all"
        if quantifier == "all":
            reader.expect("all")
        reader.expect(")")
    reader.expect(".")
    return Condition(field, operator, value(), negated, quantifier)


def _list(reader: Reader) -> tuple[str, ...]:
    reader.spaces()
    reader.expect("(")
    reader.spaces()
    values = [_list_value(reader)]
    while reader.take(","):
        values.append(_list_value(reader))
    reader.expect(")")
    reader.spaces()
    return () if values == [""] else tuple(values)


def _list_value(reader: Reader) -> str:
    value = reader.whole_quoted(",)")
    return reader.until(",)") if value is None else value
