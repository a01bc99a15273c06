"""Functions: which one a call means, and the statement that calls it. Its answer has the columns that reads have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stack.rest.catalog import SCHEMA
from stack.rest.errors import ambiguous_function, no_function, not_implemented
from stack.rest.reads import read_sql
from stack.rest.render import body_sql
from stack.rest.sql import Values, array, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stack.rest.catalog import Catalog, Function
    from stack.rest.payload import Payload
    from stack.rest.plan import ReadPlan
    from stack.rest.preferences import Shape
    from stack.rest.sql import Statement

_CALLED = "called"


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call, by name: from a query string (texts) or from a body (payload).

    Only a variadic argument has several texts.
    """

    texts: Mapping[str, Sequence[str]] | None = None
    payload: Payload | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arguments that are given."""
        if self.payload is not None:
            return self.payload.columns
        return tuple(self.texts or ())


def find(catalog: Catalog, name: str, arguments: Arguments) -> Function:
    """Return the one function of that name that takes exactly these arguments. Raises ApiError if there is not one."""
    candidates = catalog.functions.get(name, ())
    found = [each for each in candidates if _takes(each, set(arguments.names))]
    if not found and arguments.payload is not None:
        found = [each for each in candidates if _takes_whole_body(each)]
    if not found:
        raise no_function(name, arguments.names)
    if len(found) > 1:
        raise ambiguous_function([each.signature for each in found])
    return found[0]


def call_statement(
    function: Function, arguments: Arguments, plan: ReadPlan, shape: Shape, count: str | None
) -> Statement:
    """Return the statement that calls a function.

    count: not None to count all rows of the result. Raises ApiError for select, filters or order of a result without
    columns.
    """
    values = Values()
    rows, given = _given_sql(function, arguments, values)
    call = f"{quoted(SCHEMA, function.name)}({given})"
    if function.returns == "rows":
        source = f"{rows}, LATERAL {call}" if rows else call
        # Called once, however often its rows are read.
        with_rows = f"WITH {_CALLED} AS MATERIALIZED (SELECT result.* FROM {source} AS result) "
        return values.statement(with_rows + read_sql(plan, _of(function, shape), count, _CALLED, values))
    if plan.filters or plan.embeds or plan.order:
        raise not_implemented(f"select, filters and order of '{function.name}', which returns no rows of columns")
    one = f"SELECT {call} AS value{f' FROM {rows}' if rows else ''}"
    if function.returns == "void":
        return values.statement(f"SELECT NULL, count(value), NULL::int8, NULL FROM ({one}) AS called")
    limit = f" LIMIT {values.add(str(plan.limit))}" if plan.limit is not None else ""
    offset = f" OFFSET {values.add(str(plan.offset))}" if plan.offset else ""
    total = "NULL::int8" if count is None else f"(SELECT count(*) FROM {_CALLED})"
    body = body_sql(_of(function, shape), "body.value")
    return values.statement(
        f"WITH {_CALLED} AS MATERIALIZED ({one}) "
        f"SELECT {body}, count(*), {total}, NULL FROM (SELECT value FROM {_CALLED}{limit}{offset}) AS body"
    )


def _of(function: Function, shape: Shape) -> Shape:
    return shape if function.set else replace(shape, single=True)


def _takes(function: Function, names: set[str]) -> bool:
    known = {each.name for each in function.parameters}
    required = {each.name for each in function.parameters if each.required}
    return required <= names <= known


def _takes_whole_body(function: Function) -> bool:
    return (
        len(function.parameters) == 1
        and not function.parameters[0].name
        and (function.parameters[0].type in ("json", "jsonb"))
    )


def _given_sql(function: Function, arguments: Arguments, values: Values) -> tuple[str, str]:
    """Return what to read the arguments from, if anything, and the arguments."""
    if arguments.payload is not None:
        if _takes_whole_body(function):
            return "", f"{values.add(arguments.payload.text)}::{function.parameters[0].type}"
        given = [each for each in function.parameters if each.name in arguments.names]
        if not given:
            return "", ""
        typed = ", ".join(f"{quoted(each.name)} {each.type}" for each in given)
        rows = f"json_to_record({values.add(arguments.payload.text)}::json) AS given({typed})"
        named = (
            f"{'VARIADIC ' if each.variadic else ''}{quoted(each.name)} := given.{quoted(each.name)}" for each in given
        )
        return rows, ", ".join(named)
    texts = arguments.texts or {}
    named = (
        f"{'VARIADIC ' if each.variadic else ''}{quoted(each.name)} := "
        f"{values.add(array(tuple(texts[each.name])) if each.variadic else texts[each.name][-1])}::{each.type}"
        for each in function.parameters
        if each.name in texts
    )
    return "", ", ".join(named)
