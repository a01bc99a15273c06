"""Whether the names that a plan uses are there: columns, fields and embeds, in select, filters and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.errors import ApiError, no_column
from stack.rest.syntax import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stack.rest.plans import ReadPlan
    from stack.rest.relations import Relation
    from stack.rest.syntax import Field, Filter, Term

_ALWAYS_THERE = ("*", "count")


def check(plan: ReadPlan) -> None:
    """Raise ApiError for a name in a plan that is not there, or that cannot be used in its place."""
    for selected in plan.fields:
        if selected.field.name not in _ALWAYS_THERE:
            _check_field(plan.relation, selected.field)
    for condition in conditions(plan.filters):
        if is_about_embed(plan, condition):
            if condition.operator != "is" or condition.value not in ("null", "not_null"):
                raise ApiError(
                    400,
                    "PGRST120",
                    f"Bad operator on the '{condition.field.name}' embedded resource",
                    details="Only is null or not is null filters are allowed on embedded resources",
                )
        else:
            _check_field(plan.relation, condition.field)
    for term in plan.order:
        _check_term(plan, term)


def conditions(filters: Iterable[Filter]) -> Iterator[Condition]:
    """Yield every condition in these trees."""
    for each in filters:
        if isinstance(each, Condition):
            yield each
        else:
            yield from conditions(each.members)


def is_about_embed(plan: ReadPlan, condition: Condition) -> bool:
    """Return whether a condition asks if an embed has rows, as in embed=is.null."""
    field = condition.field
    if field.steps or field.name in plan.relation.columns:
        return False
    return any(each.embed.name == field.name for each in plan.embeds)


def _check_term(plan: ReadPlan, term: Term) -> None:
    if term.embed is None:
        _check_field(plan.relation, term.field)
        return
    embed = plan.embed(term.embed)
    if not embed.way.to_one:
        raise ApiError(
            400,
            "PGRST118",
            f"A related order on '{term.embed}' is not possible",
            details=f"'{plan.relation.name}' and '{term.embed}' do not form a many-to-one or one-to-one relationship",
        )
    _check_field(embed.rows.relation, term.field)


def _check_field(relation: Relation, field: Field) -> None:
    if relation.columns_known and relation.field(field.name) is None:
        raise no_column(relation.name, field.name)
