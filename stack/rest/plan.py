"""What a query means for this schema: every name is in the catalog, every embed has its relationship."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from stack.rest.errors import ApiError, no_column, not_embedded, not_implemented
from stack.rest.relationships import find
from stack.rest.syntax import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stack.rest.catalog import Catalog
    from stack.rest.relations import Relation
    from stack.rest.relationships import Relationship
    from stack.rest.syntax import Embed, Field, Filter, Path, Query, Selected, Selection, Term

    T = TypeVar("T")


@dataclass(frozen=True)
class ReadPlan:
    """A plan to read rows of one relation. alias: its name in the statement."""

    relation: Relation
    alias: str
    fields: tuple[Selected, ...]
    embeds: tuple[EmbedPlan, ...]
    filters: tuple[Filter, ...]
    order: tuple[Term, ...]
    limit: int | None
    offset: int | None

    def embed(self, name: str) -> EmbedPlan:
        """Return the embed that parameters call by this name. Raises ApiError if there is none."""
        for each in self.embeds:
            if each.embed.name == name:
                return each
        raise not_embedded(name)


@dataclass(frozen=True)
class EmbedPlan:
    """A plan to read related rows. alias: of the subquery that finds them. way: how they are related."""

    embed: Embed
    alias: str
    way: Relationship
    rows: ReadPlan

    @property
    def is_shown(self) -> bool:
        """Whether the result shows it. An embed that selects nothing is there for its filters."""
        return bool(self.rows.fields or self.rows.embeds)


def read_plan(catalog: Catalog, relation: Relation, query: Query) -> ReadPlan:
    """Return the plan of a query on a relation. Raises ApiError for unknown names and for what this subset lacks."""
    planner = _Planner(catalog, query)
    plan = planner.rows(relation, query.selection, ())
    planner.nothing_left()
    return plan


class _Planner:
    def __init__(self, catalog: Catalog, query: Query) -> None:
        self._catalog, self._query = catalog, query
        self._numbers = count()
        self._reached: set[Path] = set()

    def rows(self, relation: Relation, selection: Selection, path: Path) -> ReadPlan:
        self._reached.add(path)
        alias = f"t{next(self._numbers)}"
        plan = ReadPlan(
            relation,
            alias,
            selection.fields,
            tuple(self._embed(relation, each, path) for each in selection.embeds),
            tuple(each for at, each in self._query.filters if at == path),
            _last(self._query.orders, path) or (),
            _last(self._query.limits, path),
            _last(self._query.offsets, path),
        )
        _check(plan)
        return plan

    def nothing_left(self) -> None:
        """Raise ApiError for a parameter of an embed that is not selected."""
        query = self._query
        for path in (at for each in (query.filters, query.orders, query.limits, query.offsets) for at, _ in each):
            if path not in self._reached:
                missing = next(depth for depth in range(1, len(path) + 1) if path[:depth] not in self._reached)
                raise not_embedded(path[missing - 1])

    def _embed(self, relation: Relation, embed: Embed, path: Path) -> EmbedPlan:
        way = find(self._catalog.relationships, relation.name, embed.target, embed.hint)
        if embed.spread and not way.to_one:
            raise not_implemented(f"'...{embed.target}': only to-one embeds can be spread here")
        alias = f"e{next(self._numbers)}"
        rows = self.rows(self._catalog.relations[way.target], embed.selection, (*path, embed.name))
        return EmbedPlan(embed, alias, way, rows)


def _last(given: Iterable[tuple[Path, T]], path: Path) -> T | None:
    values = [value for at, value in given if at == path]
    return values[-1] if values else None


def _check(plan: ReadPlan) -> None:
    for selected in plan.fields:
        if selected.field.name not in ("*", "count"):
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
    if relation.columns_known and field.name not in relation.columns:
        raise no_column(relation.name, field.name)
