"""Statements that read a relation.

Every statement of a request answers with one row: the body, how many rows are in it, how many there would be without
limit and offset (NULL if nobody asked), something of its own, and what the database wants as status and headers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.render import body_sql, counted_sql, rows_sql, table
from stack.rest.sql import Values

if TYPE_CHECKING:
    from stack.rest.plans import ReadPlan
    from stack.rest.preferences import Shape
    from stack.rest.sql import Statement

# What the statement, or what ran before it, says about the response.
SAID = "nullif(current_setting('response.status', true), ''), nullif(current_setting('response.headers', true), '')"


def read_statement(plan: ReadPlan, shape: Shape, count: str | None) -> Statement:
    """Return the statement that reads the rows of a plan. count: exact, planned, estimated or None."""
    values = Values()
    return values.statement(read_sql(plan, shape, count, table(plan.relation), values))


def read_sql(plan: ReadPlan, shape: Shape, count: str | None, source: str, values: Values, *, own: str = "NULL") -> str:
    """Return the same as SQL, from another source such as a common table expression. own: a column, as SQL."""
    rows = rows_sql(plan, values, source)
    total = _total_sql(plan, count, source, values)
    return f"SELECT {body_sql(shape, 'body.*')}, count(*), {total}, {own}, {SAID} FROM ({rows}) AS body"


def planned_statement(plan: ReadPlan) -> Statement:
    """Return the EXPLAIN that guesses how many rows a plan has: its answer is one row with one JSON document."""
    values = Values()
    return values.statement(f"EXPLAIN (FORMAT JSON) {counted_sql(plan, values, table(plan.relation))}")


def _total_sql(plan: ReadPlan, count: str | None, source: str, values: Values) -> str:
    if count in (None, "planned"):
        return "NULL::int8"
    if plan.limit is None and not plan.offset:
        return "count(*)"
    # An estimated count is exact up to as many rows as an answer may have; beyond, the planner is asked.
    enough = f" LIMIT {plan.most + 1}" if count == "estimated" and plan.most is not None else ""
    return f"(SELECT count(*) FROM ({counted_sql(plan, values, source)}{enough}) AS counted)"
