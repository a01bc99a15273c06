"""The filter of a postgres_changes subscription: `column=[not.]operator.value`, several with commas, all must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

OPERATORS = frozenset(
    {"eq", "neq", "lt", "lte", "gt", "gte", "in", "like", "ilike", "is", "match", "imatch", "isdistinct"}
)
IS_VALUES = ("null", "not_null", "true", "false", "unknown")
_MOST_VALUES = 100
# Up to a comma that is neither in quotes nor in parentheses that follow `in.`.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_VALUE = re.compile(rf'{_QUOTED}|[^,"][^,]*|')
_LIST = re.compile(rf"\(((?:{_QUOTED}|[^\")])*)\)", re.DOTALL)
_LIST_ITEM = re.compile(rf'\s*({_QUOTED}|[^,"]*)\s*(,|$)', re.DOTALL)
_HEAD = re.compile(r"([^=,]+)=(not\.)?([a-z]+)\.")


class BadFilterError(Exception):
    """A filter that cannot be used; one sentence says why."""


@dataclass(frozen=True)
class Condition:
    """One comparison. values: one, or those of an `in` list."""

    column: str
    operator: str
    negated: bool
    values: tuple[str, ...]


def parse(given: str) -> tuple[Condition, ...]:
    """Return the conditions of a filter, none for an empty one. Raises BadFilterError if it cannot be read."""
    conditions = []
    at = 0
    while at < len(given):
        head = _HEAD.match(given, at)
        if head is None:
            raise BadFilterError(f"the filter '{given}' is not column=operator.value at '{given[at:]}'")
        column, negated, operator = head.groups()
        if operator not in OPERATORS:
            raise BadFilterError(f"unknown filter operator '{operator}'; use one of {', '.join(sorted(OPERATORS))}")
        values, at = _values(given, head.end(), operator)
        conditions.append(Condition(column.strip(), operator, negated is not None, values))
        if at == len(given):
            break
        if given[at] != "," or at + 1 == len(given):
            raise BadFilterError(f"the filter '{given}' continues with '{given[at:]}', which is not another condition")
        at += 1
    return tuple(conditions)


def _values(given: str, at: int, operator: str) -> tuple[tuple[str, ...], int]:
    if operator == "in":
        return _list(given, at)
    found = _VALUE.match(given, at)
    value = "" if found is None else found[0]
    if operator == "is" and value not in IS_VALUES:
        raise BadFilterError(f"'is.{value}' is not one of is.{', is.'.join(IS_VALUES)}")
    return (_unquoted(value),), at + len(value)


def _list(given: str, at: int) -> tuple[tuple[str, ...], int]:
    found = _LIST.match(given, at)
    if found is None:
        raise BadFilterError(f"the list of 'in' in '{given}' is not in parentheses")
    inside, values, position = found[1], [], 0
    while True:
        item = _LIST_ITEM.match(inside, position)
        if item is None:
            raise BadFilterError(f"the list '{found[0]}' cannot be read at '{inside[position:]}'")
        values.append(_unquoted(item[1].rstrip()))
        position = item.end()
        if not item[2]:
            break
    if len(values) > _MOST_VALUES:
        raise BadFilterError(f"'in' has {len(values)} values; it may have at most {_MOST_VALUES}")
    return tuple(values), found.end()


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == '"' == value[-1]:
        return re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
    return value
