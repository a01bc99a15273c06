"""A plan to read rows, and to read those that are embedded in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from stack.rest.errors import not_embedded

if TYPE_CHECKING:
    from stack.rest.relations import Relation
    from stack.rest.relationships import Relationship
    from stack.rest.syntax import Embed, Filter, Selected, Term


@dataclass(frozen=True)
class ReadPlan:
    """A plan to read rows of one relation. alias: its name in the statement.

    most: how many rows there are at most, whatever the limit; None for any number.
    """

    relation: Relation
    alias: str
    fields: tuple[Selected, ...]
    embeds: tuple[EmbedPlan, ...]
    filters: tuple[Filter, ...]
    order: tuple[Term, ...]
    limit: int | None
    offset: int | None
    most: int | None = None

    def embed(self, name: str) -> EmbedPlan:
        """Return the embed that parameters call by this name. Raises ApiError if there is none."""
        for each in self.embeds:
            if each.embed.name == name:
                return each
        raise not_embedded(name)

    @cached_property
    def aggregates(self) -> bool:
        """Whether the rows are grouped."""
        return any(each.aggregate for each in self.fields)


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
        return bool(self.rows.fields or any(each.is_shown for each in self.rows.embeds))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what it shows; each of its fields has a name of its own if it is spread to many."""
        names = [name_of(each) for each in self.rows.fields]
        for each in self.rows.embeds:
            if each.is_shown:
                names += each.names if each.embed.spread else [each.embed.name]
        return tuple(names)


def name_of(selected: Selected) -> str:
    """Return the key that a selected field has in the result."""
    if selected.alias:
        return selected.alias
    if selected.aggregate:
        return selected.aggregate
    steps = selected.field.steps
    return next((step.key for step in reversed(steps) if isinstance(step.key, str)), selected.field.name)
