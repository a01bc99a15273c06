"""What a query means for this schema: every name is in the catalog, every embed has its relationship."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from stack.rest.errors import named_twice, no_aggregates, not_embedded, not_implemented
from stack.rest.names import check
from stack.rest.plans import EmbedPlan, ReadPlan
from stack.rest.relationships import find
from stack.rest.syntax import Field, Selected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stack.rest.relations import Relation
    from stack.rest.schema import Known
    from stack.rest.syntax import Embed, Path, Query, Selection

    T = TypeVar("T")


def read_plan(known: Known, relation: Relation, query: Query, *, limited: bool = True) -> ReadPlan:
    """Return the plan of a query on a relation. Raises ApiError for unknown names and for what this subset lacks.

    limited: no answer has more rows than the settings allow, at any level.
    """
    planner = _Planner(known, query, known.settings.max_rows if limited else None)
    plan = planner.rows(relation, query.selection, ())
    planner.nothing_left()
    return plan


def spelled_out(plan: ReadPlan) -> ReadPlan:
    """Return a plan that names each column where it says "*"."""
    fields: list[Selected] = []
    for each in plan.fields:
        if each.field.name == "*" and not each.aggregate:
            fields += [Selected(Field(name)) for name in plan.relation.columns]
        else:
            fields.append(each)
    return replace(plan, fields=tuple(fields))


class _Planner:
    def __init__(self, known: Known, query: Query, most: int | None) -> None:
        self._catalog, self._settings, self._query, self._most = known.catalog, known.settings, query, most
        self._numbers = count()
        self._reached: set[Path] = set()

    def rows(self, relation: Relation, selection: Selection, path: Path, *, spread_to_many: bool = False) -> ReadPlan:
        self._reached.add(path)
        names = [each.name for each in selection.embeds]
        if twice := next((each for each in names if names.count(each) > 1), None):
            raise named_twice(relation.name, twice, len(path) + 1)
        alias = f"t{next(self._numbers)}"
        limit = _last(self._query.limits, path)
        if self._most is not None:
            limit = self._most if limit is None else min(limit, self._most)
        plan = ReadPlan(
            relation,
            alias,
            selection.fields,
            tuple(self._embed(relation, each, path, spread_to_many) for each in selection.embeds),
            tuple(each for at, each in self._query.filters if at == path),
            _last(self._query.orders, path) or (),
            limit,
            _last(self._query.offsets, path),
            self._most,
        )
        check(plan)
        if plan.aggregates:
            self._check_aggregates(plan)
        if spread_to_many or relation.represented or plan.aggregates:
            plan = spelled_out(plan)
        return plan

    def nothing_left(self) -> None:
        """Raise ApiError for a parameter of an embed that is not selected."""
        query = self._query
        for path in (at for each in (query.filters, query.orders, query.limits, query.offsets) for at, _ in each):
            if path not in self._reached:
                missing = next(depth for depth in range(1, len(path) + 1) if path[:depth] not in self._reached)
                raise not_embedded(path[missing - 1])

    def _embed(self, relation: Relation, embed: Embed, path: Path, within: bool) -> EmbedPlan:
        way = find(self._catalog.relationships, relation.schema, relation.name, embed.target, embed.hint)
        alias = f"e{next(self._numbers)}"
        target = self._catalog.relations[relation.schema, way.target]
        to_many = embed.spread and (within or not way.to_one)
        rows = self.rows(target, embed.selection, (*path, embed.name), spread_to_many=to_many)
        if embed.spread and self._settings.aggregates and rows.aggregates:
            raise not_implemented(f"aggregate functions in '...{embed.target}'")
        return EmbedPlan(embed, alias, way, rows)

    def _check_aggregates(self, plan: ReadPlan) -> None:
        if not self._settings.aggregates:
            # As Supabase sets PostgREST up.
            raise no_aggregates()
        if any(each.embed.spread for each in plan.embeds):
            raise not_implemented("an aggregate function beside spread rows")


def _last(given: Iterable[tuple[Path, T]], path: Path) -> T | None:
    values = [value for at, value in given if at == path]
    return values[-1] if values else None
