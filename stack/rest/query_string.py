"""A whole query string, in PostgREST's syntax."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from stack.rest import filter_syntax, select_syntax
from stack.rest.errors import ApiError, not_implemented, not_parsed, out_of_range
from stack.rest.syntax import Query

if TYPE_CHECKING:
    from stack.rest.syntax import Filter, Path, Term

_EVERYTHING = "*"
# Meant for the gateway, not for PostgREST.
_IGNORED = ("apikey",)


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
            limits.append((filter_syntax.path_of(key), _natural(key, value)))
        elif word == "offset":
            offsets.append((filter_syntax.path_of(key), _natural(key, value)))
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
        columns=select_syntax.names("columns parameter", columns) if columns else None,
        on_conflict=select_syntax.names("on_conflict parameter", on_conflict) if on_conflict else None,
        arguments=tuple(given),
    )


def within(query: Query, header: str) -> Query:
    """Return the query with the rows of a Range header such as "0-9"; a header of another form is ignored.

    Raises ApiError for a range that ends before it begins, and beside limit or offset.
    """
    first, dash, last = header.partition("-")
    if not (dash and first.isdecimal() and (last.isdecimal() or not last)):
        return query
    if any(not path for path, _ in (*query.limits, *query.offsets)):
        raise not_implemented("a Range header beside limit or offset")
    if not last:
        return replace(query, offsets=(*query.offsets, ((), int(first))))
    if int(first) > int(last):
        raise out_of_range("The lower boundary must be lower than or equal to the upper boundary in the Range header.")
    limit = int(last) - int(first) + 1
    return replace(query, limits=(*query.limits, ((), limit)), offsets=(*query.offsets, ((), int(first))))


def _decoded(raw: str) -> list[tuple[str, str]]:
    try:
        parameters = parse_qsl(raw, keep_blank_values=True, errors="strict")
    except ValueError:
        raise ApiError(400, "PGRST100", "the query string is not UTF-8") from None
    if any("\0" in key or "\0" in value for key, value in parameters):
        raise ApiError(400, "PGRST100", "the query string has a NUL character, which PostgreSQL cannot hold")
    return parameters


def _natural(key: str, value: str) -> int:
    digits = value.removeprefix("-")
    # PostgREST ignores what is not a number, and answers with all rows.
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise not_parsed(key, value, 0, "expecting a whole number of at most 18 digits")
    if value.startswith("-"):
        raise out_of_range(f"{key.rsplit('.', 1)[-1].capitalize()} should be greater than or equal to zero.")
    return int(value)
