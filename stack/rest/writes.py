"""Statements that insert, update and delete. Their answers have the columns that reads have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stack.rest.conditions import filter_sql
from stack.rest.errors import ApiError, not_implemented, not_the_row_of_the_url
from stack.rest.given import TALLY, columns_to_write, conflict_sql, rows_of, value_sql
from stack.rest.names import conditions, is_about_embed
from stack.rest.plan import spelled_out
from stack.rest.reads import SAID, read_sql
from stack.rest.render import table
from stack.rest.sql import Values, quoted
from stack.rest.syntax import Condition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack.rest.payload import Payload
    from stack.rest.plans import ReadPlan
    from stack.rest.preferences import Preferences, Shape
    from stack.rest.relations import Relation
    from stack.rest.sql import Statement
    from stack.rest.syntax import Query

_WRITTEN = "written"


def insert_statement(
    plan: ReadPlan, payload: Payload, on_conflict: Sequence[str] | None, preferences: Preferences, shape: Shape
) -> Statement:
    """Return the statement that inserts the rows of a body, or updates those that exist if the preferences say so.

    on_conflict: the columns that tell which exist; the primary key by default. The own column of the answer is how
    many rows were inserted, not updated. Raises ApiError.
    """
    relation, values = plan.relation, Values()
    columns = columns_to_write(relation, payload)
    names = ", ".join(quoted(each.name) for each in columns)
    given = ", ".join(value_sql(each) for each in columns)
    rows = rows_of(payload, columns, values, defaults=preferences.missing_default)
    tried, conflict = conflict_sql(relation, columns, on_conflict, preferences.resolution)
    into = f"INSERT INTO {table(relation)} AS {plan.alias} {f'({names})' if names else ''}"

    def write(returning: str) -> str:
        return f"{into} SELECT {given} FROM {rows}{tried}{conflict} RETURNING {returning}"

    return _answered(write, plan, preferences, shape, values, inserted=TALLY if tried else "count(*)")


def check_put(relation: Relation, query: Query) -> None:
    """Raise ApiError unless the filters are all of the primary key, each with eq, and nothing else."""
    filters = [each for _, each in query.filters]
    named = [each for each in filters if isinstance(each, Condition) and each.operator == "eq"]
    plain = all(not (each.negated or each.quantifier or each.field.steps) for each in named)
    key = set(relation.primary_key)
    if not (key and plain and len(named) == len(filters) and {each.field.name for each in named} == key):
        message = "Filters must include all and only primary key columns with 'eq' operators"
        raise ApiError(405, "PGRST105", message)


def put_statement(plan: ReadPlan, payload: Payload, preferences: Preferences, shape: Shape) -> Statement:
    """Return the statement that inserts the one row that the filters name, or replaces it.

    The filters are all of the primary key and nothing else, as check_put says. The own column of the answer is how many
    rows were inserted. No row is written if the body names another. Raises ApiError.
    """
    relation, values = plan.relation, Values()
    key = relation.primary_key
    columns = columns_to_write(relation, payload)
    if not set(key) <= set(payload.columns):
        raise not_the_row_of_the_url()
    names = ", ".join(quoted(each.name) for each in columns)
    given = ", ".join(value_sql(each) for each in columns)
    rows = rows_of(payload, columns, values, defaults=False)
    wanted = " AND ".join(filter_sql(replace(plan, alias="given"), each, values) for each in plan.filters)
    tried, conflict = conflict_sql(relation, columns, key, "merge-duplicates")

    def write(returning: str) -> str:
        into = f"INSERT INTO {table(relation)} AS {plan.alias} ({names})"
        return f"{into} SELECT {given} FROM {rows}{tried} AND {wanted}{conflict} RETURNING {returning}"

    return _answered(write, plan, preferences, shape, values, inserted=TALLY)


def update_statement(plan: ReadPlan, payload: Payload, preferences: Preferences, shape: Shape) -> Statement:
    """Return the statement that updates the rows that plan.filters choose. Raises ApiError, also without a filter."""
    values = Values()
    columns = columns_to_write(plan.relation, payload)
    # Nothing to set: nothing is updated, so nothing has to be asked for.
    wanted = _wanted_sql("UPDATE", plan, values) if columns or plan.filters else "true"
    target = f"{table(plan.relation)} AS {plan.alias}"
    changes = ", ".join(f"{quoted(each.name)} = {value_sql(each)}" for each in columns)
    rows = rows_of(payload, columns, values, defaults=preferences.missing_default) if columns else ""

    def write(returning: str) -> str:
        if not columns:
            # Nothing to set: no row is affected.
            return f"SELECT {returning} FROM {target} WHERE false AND ({wanted})"
        return f"UPDATE {target} SET {changes} FROM {rows} WHERE {wanted} RETURNING {returning}"

    return _answered(write, plan, preferences, shape, values)


def delete_statement(plan: ReadPlan, preferences: Preferences, shape: Shape) -> Statement:
    """Return the statement that deletes the rows that plan.filters choose. Raises ApiError, also without a filter."""
    values = Values()
    wanted = _wanted_sql("DELETE", plan, values)
    delete = f"DELETE FROM {table(plan.relation)} AS {plan.alias} WHERE {wanted}"
    return _answered(lambda returning: f"{delete} RETURNING {returning}", plan, preferences, shape, values)


def _answered(
    write: Callable[[str], str],
    plan: ReadPlan,
    preferences: Preferences,
    shape: Shape,
    values: Values,
    *,
    inserted: str = "NULL",
) -> Statement:
    if plan.limit is not None or plan.offset is not None:
        raise not_implemented("limit and offset of a write")
    key = plan.relation.primary_key
    if preferences.returned == "representation":
        returning, plan = _needed(plan)
        # The written rows are all shown, also where what was written no longer fits the filters.
        answer = read_sql(replace(plan, filters=()), shape, "exact", _WRITTEN, values, own=inserted)
    elif preferences.returned == "headers-only" and key:
        returning = ", ".join(f"{plan.alias}.{quoted(name)}" for name in key)
        shown = ", ".join(f"{_WRITTEN}.{quoted(name)}::text" for name in key)
        answer = f"SELECT json_agg(json_build_array({shown})), count(*), count(*), {inserted}, {SAID} FROM {_WRITTEN}"
    else:
        # Nothing is returned, so no right to read is needed.
        returning = "1"
        answer = f"SELECT NULL, count(*), count(*), {inserted}, {SAID} FROM {_WRITTEN}"
    return values.statement(f"WITH {_WRITTEN} AS ({write(returning)}) {answer}")


def _needed(plan: ReadPlan) -> tuple[str, ReadPlan]:
    """Return the columns that are shown, so that only they need the right to read, and the plan that reads them."""
    names = [each.field.name for each in plan.fields] + [each.field.name for each in plan.order if not each.embed]
    for embed in plan.embeds:
        names += [here for here, _ in embed.way.pairs]
        if embed.way.junction:
            names += [there for _, there in embed.way.junction.source]
        if embed.way.function:
            # It takes a whole row.
            names += plan.relation.columns
    computed = [name for name in dict.fromkeys(names) if name in plan.relation.computed]
    if "*" in names:
        if not computed:
            return f"{plan.alias}.*", plan
        plan = spelled_out(plan)
        names = [*plan.relation.columns, *names]
    known = [name for name in dict.fromkeys(names) if plan.relation.field(name)]
    return ", ".join(f"{plan.alias}.{quoted(name)}" for name in known) or "1", plan


def _wanted_sql(command: str, plan: ReadPlan, values: Values) -> str:
    if not plan.filters:
        # As Supabase sets its databases up for the API's roles.
        raise ApiError(400, "21000", f"{command} requires a WHERE clause")
    if any(is_about_embed(plan, each) for each in conditions(plan.filters)):
        raise not_implemented("filters on whether an embed is null, in a write")
    return " AND ".join(filter_sql(plan, each, values) for each in plan.filters)
