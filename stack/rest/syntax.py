"""What a query string says, before anything is known about the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# The names of embeds from the outermost to the one that is meant; () is the relation of the path.
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step into a JSON value, -> or (as_text) ->>: a key of an object or an index of an array."""

    key: str | int
    as_text: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or a place in the JSON that it holds."""

    name: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Selected:
    """One field of select=; the name "*" is all of them. cast: a type's name.

    aggregate: a function of all rows, and aggregate_cast the type of what it gives; then cast is of what it is given.
    """

    field: Field
    alias: str | None = None
    cast: str | None = None
    aggregate: str | None = None
    aggregate_cast: str | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """Related rows in select=. spread: their columns become the parent's."""

    target: str
    selection: Selection
    alias: str | None = None
    hint: str | None = None
    inner: bool = False
    spread: bool = False

    @property
    def name(self) -> str:
        """What parameters call it, and its key in the result."""
        return self.alias or self.target


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected of one relation."""

    fields: tuple[Selected, ...] = ()
    embeds: tuple[Embed, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter.

    operator: as in the URL. value: the texts of a list for "in", one of null, not_null, true, false, unknown for "is".
    quantifier: of a list of values. language: of a full-text search.
    """

    field: Field
    operator: str
    value: str | tuple[str, ...]
    negated: bool = False
    quantifier: Literal["any", "all"] | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A tree of conditions: and=(…) or or=(…)."""

    conjunction: Literal["and", "or"]
    members: tuple[Filter, ...]
    negated: bool = False


Filter = Condition | Group


@dataclass(frozen=True, slots=True)
class Term:
    """One term of order=. embed: the to-one embed whose field it is."""

    field: Field
    embed: str | None = None
    direction: Literal["asc", "desc"] | None = None
    nulls: Literal["first", "last"] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query string. arguments: of a function that is called with GET. canonical: its parameters by name."""

    selection: Selection
    filters: tuple[tuple[Path, Filter], ...] = ()
    orders: tuple[tuple[Path, tuple[Term, ...]], ...] = ()
    limits: tuple[tuple[Path, int], ...] = ()
    offsets: tuple[tuple[Path, int], ...] = ()
    columns: tuple[str, ...] | None = None
    on_conflict: tuple[str, ...] | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    canonical: str = ""
