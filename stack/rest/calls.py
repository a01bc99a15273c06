"""Functions: which one a call means, and the statement that calls it. Its answer has the columns that reads have."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stack.rest.errors import no_column, not_implemented
from stack.rest.names import conditions
from stack.rest.plan import spelled_out
from stack.rest.reads import SAID, read_sql
from stack.rest.render import body_sql
from stack.rest.sql import Values, array, quoted
from stack.rest.unknown import ambiguous_function, no_function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stack.rest.catalog import Catalog, Function
    from stack.rest.payload import Payload
    from stack.rest.plans import ReadPlan
    from stack.rest.preferences import Shape
    from stack.rest.sql import Statement

_CALLED = "called"
# As PostgREST calls the one column of a result that has none.
_VALUE = "pgrst_scalar"


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call, by name: from a query string or a form (texts), or from a body (payload).

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

    @property
    def value_types(self) -> tuple[str, ...]:
        """The types of one argument without a name that could be given the whole body."""
        return self.payload.value_types if self.payload is not None else ()


def find(catalog: Catalog, schema: str, name: str, arguments: Arguments) -> Function:
    """Return the one function of that name that takes exactly these arguments. Raises ApiError if there is not one."""
    candidates = catalog.functions.get((schema, name), ())
    whole_only = arguments.payload is not None and not arguments.payload.is_json
    found = [] if whole_only else [each for each in candidates if _takes(each, set(arguments.names))]
    if not found:
        found = [each for each in candidates if _takes_whole_body(each, arguments)]
    if not found:
        raise no_function(
            schema,
            name,
            arguments.names,
            unnamed="/".join(arguments.value_types) or None,
            known=[each for space, each in catalog.functions if space == schema],
            overloads=[[parameter.name for parameter in each.parameters] for each in candidates],
        )
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
    call = f"{quoted(function.schema, function.name)}({given})"
    if function.returns == "rows":
        source = f"{rows}, LATERAL {call}" if rows else call
        shown, plan = _result(plan)
        # Called once, however often its rows are read.
        with_rows = f"WITH {_CALLED} AS MATERIALIZED (SELECT {shown} FROM {source} AS result) "
        return values.statement(with_rows + read_sql(plan, _of(function, shape), count, _CALLED, values))
    if plan.filters or plan.embeds or plan.order:
        raise not_implemented(f"select, filters and order of '{function.name}', which returns no rows of columns")
    for each in plan.fields:
        if each.field.name != "*":
            raise no_column(function.name, each.field.name)
    one = f"SELECT {call} AS {_VALUE}{f' FROM {rows}' if rows else ''}"
    total = "NULL::int8" if count is None else f"(SELECT count(*) FROM {_CALLED})"
    if function.returns == "void":
        return values.statement(
            f"WITH {_CALLED} AS MATERIALIZED ({one}) "
            f"SELECT NULL, count(*), {total}, NULL::int8, {SAID} FROM (SELECT {_VALUE} FROM {_CALLED}) AS called"
        )
    limit = f" LIMIT {values.add(str(plan.limit))}" if plan.limit is not None else ""
    offset = f" OFFSET {values.add(str(plan.offset))}" if plan.offset else ""
    body = body_sql(_of(function, shape), "body" if shape.csv else f"body.{_VALUE}")
    return values.statement(
        f"WITH {_CALLED} AS MATERIALIZED ({one}) "
        f"SELECT {body}, count(*), {total}, NULL::int8, {SAID} "
        f"FROM (SELECT {_VALUE} FROM {_CALLED}{limit}{offset}) AS body"
    )


def _result(plan: ReadPlan) -> tuple[str, ReadPlan]:
    """Return what is kept of each row of the result, and the plan of what is read from that."""
    names = [each.field.name for each in plan.fields] + [each.field.name for each in plan.order if not each.embed]
    names += [each.field.name for each in conditions(plan.filters)]
    computed = [name for name in dict.fromkeys(names) if name in plan.relation.computed]
    if not computed:
        return "result.*", plan
    return ", ".join(["result.*", *(f"result.{quoted(name)}" for name in computed)]), spelled_out(plan)


def _of(function: Function, shape: Shape) -> Shape:
    return shape if function.set or shape.csv else replace(shape, single=True)


def _takes(function: Function, names: set[str]) -> bool:
    known = {each.name for each in function.parameters}
    required = {each.name for each in function.parameters if each.required}
    return required <= names <= known


def _takes_whole_body(function: Function, arguments: Arguments) -> bool:
    return _takes_one_value(function) and function.parameters[0].type in arguments.value_types


def _takes_one_value(function: Function) -> bool:
    return len(function.parameters) == 1 and not function.parameters[0].name


def _whole(arguments: Arguments, wanted: str) -> str:
    """Return all arguments as the one value of a parameter without a name, which gets them however it was found.

    So does a parameter with a default, of which nothing is said; and a text that is called by the name "".
    """
    if arguments.payload is None:
        told = {name: texts[-1] for name, texts in (arguments.texts or {}).items()}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    else:
        text = arguments.payload.text
        if "json" not in arguments.value_types:
            return text
    return f"\\x{text.encode().hex()}" if wanted == "bytea" else text


def _given_sql(function: Function, arguments: Arguments, values: Values) -> tuple[str, str]:
    """Return what to read the arguments from, if anything, and the arguments."""
    if _takes_one_value(function):
        return "", f"{values.add(_whole(arguments, function.parameters[0].type))}::{function.parameters[0].type}"
    if arguments.payload is not None:
        given = [each for each in function.parameters if each.name in arguments.names]
        if not given:
            return "", ""
        typed = ", ".join(f"{quoted(each.name)} {each.type}" for each in given)
        body = f"{values.add(arguments.payload.text)}::json"
        rows = f"json_to_record({body}) AS given({typed})"
        if arguments.payload.is_array:
            # Of several objects, a function is called with the first.
            rows = f"(SELECT * FROM json_to_recordset({body}) AS every({typed}) LIMIT 1) AS given"
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
