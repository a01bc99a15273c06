"""Fields and filters as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.filter_syntax import COMPARISONS, SEARCHES
from stack.rest.names import is_about_embed
from stack.rest.sql import array, quoted
from stack.rest.syntax import Condition

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack.rest.plans import EmbedPlan, ReadPlan
    from stack.rest.relations import Relation
    from stack.rest.sql import Values
    from stack.rest.syntax import Field, Filter

_JSON_TYPES = ("json", "jsonb")
_IS = {"null": "NULL", "not_null": "NOT NULL", "true": "TRUE", "false": "FALSE", "unknown": "UNKNOWN"}


def field_sql(relation: Relation, alias: str, field: Field, values: Values) -> str:
    """Return as SQL a column of the relation that has this alias, or a place in the JSON that it holds.

    values: receives the steps into the JSON as parameters.
    """
    column = f"{alias}.{quoted(field.name)}"
    if not field.steps:
        return column
    known = relation.columns.get(field.name)
    path = column if known and (known.base or known.type) in _JSON_TYPES else f"to_jsonb({column})"
    for step in field.steps:
        arrow = "->>" if step.as_text else "->"
        kind = "int4" if isinstance(step.key, int) else "text"
        path += f"{arrow}{values.add(str(step.key))}::{kind}"
    return f"({path})"


def filter_sql(plan: ReadPlan, each: Filter, values: Values, embedded: Callable[[EmbedPlan], str] | None = None) -> str:
    """Return as SQL a condition on the rows of the plan. values: receives what it compares with as parameters.

    embedded: says as SQL whether an embed has rows; by default, its join does.
    """
    if not isinstance(each, Condition):
        members = (filter_sql(plan, member, values, embedded) for member in each.members)
        found = f" {each.conjunction.upper()} ".join(members)
    elif embedded is not None and is_about_embed(plan, each):
        # Not twice NOT, behind which the planner does not see that it is a join.
        missing = (each.value == "null") is not each.negated
        return f"{'NOT ' if missing else ''}{embedded(plan.embed(each.field.name))}"
    else:
        found = _condition_sql(plan, each, values)
    return f"NOT ({found})" if each.negated else f"({found})"


def _condition_sql(plan: ReadPlan, condition: Condition, values: Values) -> str:
    if is_about_embed(plan, condition):
        return _embed_sql(plan, condition)
    operator, value = condition.operator, condition.value
    field = field_sql(plan.relation, plan.alias, condition.field, values)
    parsed = None if condition.field.steps else _parsed(plan.relation, condition.field)
    if not isinstance(value, str):
        if parsed and value:
            return f"{field} IN ({', '.join(f'{parsed}({values.add(each)})' for each in value)})"
        return f"{field} = ANY ({values.add(array(value))})"
    if operator == "is":
        return f"{field} IS {_IS[value]}"
    if operator in SEARCHES:
        return _search_sql(plan.relation, condition, field, value, values)
    if operator in ("like", "ilike"):
        value = value.replace("*", "%")
    right = values.add(value)
    if parsed and not condition.quantifier:
        right = f"{parsed}({right})"
    if condition.quantifier:
        right = f"{condition.quantifier.upper()} ({right})"
    return f"{field} {COMPARISONS[operator]} {right}"


def _parsed(relation: Relation, field: Field) -> str | None:
    """Return the function that reads a value of the field's domain from text, None if there is none."""
    known = relation.columns.get(field.name)
    return known.parsed if known else None


def _search_sql(relation: Relation, condition: Condition, field: str, value: str, values: Values) -> str:
    language = f"{values.add(condition.language)}::regconfig, " if condition.language else ""
    known = relation.field(condition.field.name)
    if condition.field.steps or known is None or (known.base or known.type) != "tsvector":
        field = f"to_tsvector({language}{field})"
    return f"{field} @@ {SEARCHES[condition.operator]}({language}{values.add(value)})"


def _embed_sql(plan: ReadPlan, condition: Condition) -> str:
    embed = plan.embed(condition.field.name)
    found = f"{embed.alias}.*" if embed.way.to_one else f"{embed.alias}.items"
    # Unlike IS NULL, true of a row whose columns are all NULL only if there is no row.
    return f"{found} IS {'NOT ' if condition.value == 'null' else ''}DISTINCT FROM NULL"
