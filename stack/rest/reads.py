"""Statements that read a relation.

Every statement of a request answers with one row: the body, how many rows are in it, how many there would be without
limit and offset (NULL if nobody asked), and something of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.render import body_sql, counted_sql, rows_sql, table
from stack.rest.sql import Values

if TYPE_CHECKING:
    from stack.rest.plan import ReadPlan
    from stack.rest.preferences import Shape
    from stack.rest.sql import Statement

# An estimated count is exact up to so many rows, as in Supabase; beyond, the planner is asked.
EXACTLY_COUNTED = 1000


def read_statement(plan: ReadPlan, shape: Shape, count: str | None) -> Statement:
    """Return the statement that reads the rows of a plan. count: exact, planned, estimated or None."""
    values = Values()
    return values.statement(read_sql(plan, shape, count, table(plan.relation.name), values))


def read_sql(plan: ReadPlan, shape: Shape, count: str | None, source: str, values: Values, *, own: str = "NULL") -> str:
    """Return the same as SQL, from another source such as a common table expression. own: the last column, as SQL."""
    rows = rows_sql(plan, values, source)
    total = _total_sql(plan, count, source, values)
    return f"SELECT {body_sql(shape, 'body.*')}, count(*), {total}, {own} FROM ({rows}) AS body"


def planned_statement(plan: ReadPlan) -> Statement:
    """Return the EXPLAIN that guesses how many rows a plan has: its answer is one row with one JSON document."""
    values = Values()
    return values.statement(f"EXPLAIN (FORMAT JSON) {counted_sql(plan, values, table(plan.relation.name))}")


def _total_sql(plan: ReadPlan, count: str | None, source: str, values: Values) -> str:
    if count in (None, "planned"):
        return "NULL::int8"
    if plan.limit is None and not plan.offset:
        return "count(*)"
    enough = f" LIMIT {EXACTLY_COUNTED + 1}" if count == "estimated" else ""
    return f"(SELECT count(*) FROM ({counted_sql(plan, values, source)}{enough}) AS counted)"
