"""A whole query string, in PostgREST's syntax."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from stack.rest import filter_syntax, select_syntax
from stack.rest.errors import ApiError, out_of_range
from stack.rest.syntax import Query

if TYPE_CHECKING:
    from stack.rest.syntax import Filter, Path, Term

_EVERYTHING = "*"
# Meant for the gateway, not for PostgREST.
_IGNORED = ("apikey",)
_MOST = 10**18


@lru_cache(256)
def parse(raw: str, *, arguments: bool = False) -> Query:
    """Return what a percent-encoded query string asks for. Raises ApiError if it cannot be parsed.

    arguments: a function is called with GET, so what is not a filter is an argument.
    """
    parameters = _decoded(raw)
    filters: list[tuple[Path, Filter]] = []
    orders: list[tuple[Path, tuple[Term, ...]]] = []
    limits: list[tuple[Path, int]] = []
    offsets: list[tuple[Path, int]] = []
    given: list[tuple[str, str]] = []
    for key, value in parameters:
        word = key.rsplit(".", 1)[-1]
        if key in ("select", "columns", "on_conflict", *_IGNORED):
            continue
        if word in ("and", "or"):
            filters.append(filter_syntax.group(key, value))
        elif word == "order":
            if value:
                orders.append((filter_syntax.path_of(key), select_syntax.order(value)))
        elif word == "limit":
            if (limit := _number(value)) is not None:
                if limit < 0:
                    raise out_of_range("Limit should be greater than or equal to zero.")
                limits.append((filter_syntax.path_of(key), limit))
        elif word == "offset":
            offsets.append((filter_syntax.path_of(key), max(0, _number(value) or 0)))
        elif arguments and "." not in key and not filter_syntax.looks_like_filter(value):
            given.append((key, value))
        else:
            path, field = filter_syntax.path_and_field(key)
            filters.append((path, filter_syntax.condition(field, value)))
    first = dict(reversed(parameters))
    columns, on_conflict = first.get("columns"), first.get("on_conflict")
    return Query(
        selection=select_syntax.selection(first.get("select") or _EVERYTHING),
        filters=tuple(filters),
        orders=tuple(orders),
        limits=tuple(limits),
        offsets=tuple(offsets),
        columns=select_syntax.names("columns parameter", columns) if columns is not None else None,
        on_conflict=select_syntax.names("on_conflict parameter", on_conflict) if on_conflict is not None else None,
        arguments=tuple(given),
        canonical=_canonical(parameters),
    )


def within(query: Query, header: str) -> Query:
    """Return the query with the rows of a Range header such as "0-9"; a header of another form is ignored.

    Of the rows of limit and offset those stay that the header names, too. Raises ApiError if there are none.
    """
    first, dash, last = header.partition("-")
    if not (dash and first.isdecimal() and (last.isdecimal() or not last)):
        return query
    limits, offsets = dict(query.limits), dict(query.offsets)
    limit, offset = limits.get(()), offsets.get((), 0)
    if limit == 0:
        # No rows at all are what was asked for, whatever the header says.
        return query
    begin = max(offset, int(first))
    ends = [int(last)] if last else []
    ends += [offset + limit - 1] if limit is not None else []
    if ends and begin > min(ends):
        raise out_of_range("The lower boundary must be lower than or equal to the upper boundary in the Range header.")
    offsets[()] = begin
    if ends:
        limits[()] = min(ends) - begin + 1
    return replace(query, limits=tuple(limits.items()), offsets=tuple(offsets.items()))


def _decoded(raw: str) -> list[tuple[str, str]]:
    try:
        parameters = parse_qsl(raw, keep_blank_values=True, errors="strict")
    except ValueError:
        raise ApiError(400, "PGRST100", "the query string is not UTF-8") from None
    if any("\0" in key or "\0" in value for key, value in parameters):
        raise ApiError(400, "PGRST100", "the query string has a NUL character, which PostgreSQL cannot hold")
    return parameters


def _canonical(parameters: list[tuple[str, str]]) -> str:
    told = sorted((each for each in parameters if each[0] not in _IGNORED), key=lambda each: each[0])
    return "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in told)


def _number(value: str) -> int | None:
    """Return a whole number, None for anything else, which PostgREST ignores."""
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    # No result has more rows than that.
    return int(value) if len(digits) < 19 else _MOST if digits == value else -1
