"""The relations of an exposed schema: tables, views, and what functions return; and the keys between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

# A relation's schema and its name.
Name = tuple[str, str]


@dataclass(frozen=True)
class Column:
    """A column. type, default: as SQL writes them; default is None if there is none.

    base: of a domain, the type that it is made of. shown, read, parsed: the functions that make JSON of a domain, and
    the domain of JSON and of text; None if its values need none.
    """

    name: str
    type: str
    default: str | None
    base: str | None = None
    shown: str | None = None
    read: str | None = None
    parsed: str | None = None


@dataclass(frozen=True, eq=False)
class Relation:
    """A table, a view, or the rows that a function returns. primary_key: empty if there is none.

    computed: what functions of one of its rows give, by name; they are fields that no "*" shows.
    """

    name: str
    columns: dict[str, Column]
    primary_key: tuple[str, ...] = ()
    unique_keys: frozenset[frozenset[str]] = frozenset()
    # A function that returns "record" does not say which columns the record has.
    columns_known: bool = True
    schema: str = "public"
    view: bool = False
    computed: dict[str, Column] = field(default_factory=dict)

    def field(self, name: str) -> Column | None:
        """Return a column or a computed field, None if there is none of that name."""
        return self.columns.get(name) or self.computed.get(name)

    @cached_property
    def represented(self) -> bool:
        """Whether a column is shown by a function of its domain."""
        return any(each.shown for each in self.columns.values())


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key from columns of a table to target_columns of the table target, in the same order.

    unique: no two rows of the table have the same columns.
    """

    name: str
    table: Name
    columns: tuple[str, ...]
    target: Name
    target_columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class Handler:
    """What makes an answer of one media type, "*/*" for any, of the rows of a relation.

    function: an aggregate of rows; None if a function is called whose value is the answer. of: the type of its rows,
    None for any.
    """

    media: str
    function: Name | None
    of: Name | None

    @property
    def content_type(self) -> str:
        """The header Content-Type of its answers."""
        if self.media in ("text/plain", "text/xml", "text/csv", "application/json", "application/geo+json"):
            return f"{self.media}; charset=utf-8"
        return "application/octet-stream" if self.media == "*/*" else self.media


@dataclass(frozen=True)
class ComputedRelationship:
    """A function that takes a row of one relation and returns rows of another. single: at most one."""

    function: Name
    source: Name
    target: Name
    single: bool
