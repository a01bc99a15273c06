"""The relations of the exposed schema: tables, views, and what functions return; and the keys between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column. type, default: as SQL writes them; default is None if there is none."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True, eq=False)
class Relation:
    """A table, a view, or the rows that a function returns. primary_key: empty if there is none."""

    name: str
    columns: dict[str, Column]
    primary_key: tuple[str, ...] = ()
    unique_keys: frozenset[frozenset[str]] = frozenset()
    # A function that returns "record" does not say which columns the record has.
    columns_known: bool = True


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key from columns of a table to target_columns of the table target, in the same order."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
