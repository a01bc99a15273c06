"""Views and their keys: which columns of tables a view shows, and so which keys it has."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from stack.rest.relations import ForeignKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stack.rest.relations import Name

# For each view and each column of a table that it shows: under which names.
Shown = dict["Name", dict["Name", dict[str, tuple[str, ...]]]]


@cache
def query() -> bytes:
    """Return the statement that reads what views show: its answer is one row with one JSON text."""
    return Path(__file__).with_name("views.sql").read_bytes()


def read(document: str) -> Shown:
    """Return what each view shows of tables, also through other views, as a document, the answer to query(), says."""
    origins: dict[Name, dict[str, tuple[Name, str]]] = {}
    for view, column, (schema, name), source in json.loads(document):
        origins.setdefault((view[0], view[1]), {})[column] = ((schema, name), source)
    shown: Shown = {}
    for view, columns in origins.items():
        for column in sorted(columns):
            table, source = _followed(origins, view, column)
            names = shown.setdefault(view, {}).setdefault(table, {})
            names[source] = (*names.get(source, ()), column)
    return shown


def _followed(origins: Mapping[Name, Mapping[str, tuple[Name, str]]], relation: Name, column: str) -> tuple[Name, str]:
    # Names may lead round in a circle, where a query inside a view has columns like those of the view.
    seen: set[tuple[Name, str]] = set()
    while column in origins.get(relation, {}) and (relation, column) not in seen:
        seen.add((relation, column))
        relation, column = origins[relation][column]
    return relation, column


def primary_key(shown: Shown, view: Name, keys: Mapping[Name, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the columns of a view that show a whole primary key of a table. keys: of all tables."""
    found: list[str] = []
    for table, names in shown.get(view, {}).items():
        key = keys.get(table, ())
        if key and all(column in names for column in key):
            found += [names[column][0] for column in key]
    return tuple(found)


def foreign_keys(shown: Shown, keys: Sequence[ForeignKey]) -> Iterator[ForeignKey]:
    """Yield each key as it is, and once more for each way in which views show both of its sides."""
    for key in keys:
        sources = [(key.table, key.columns), *_showing(shown, key.table, key.columns)]
        targets = [(key.target, key.target_columns), *_showing(shown, key.target, key.target_columns)]
        for (source, columns), (target, target_columns) in product(sources, targets):
            yield ForeignKey(key.name, source, columns, target, target_columns, key.unique)


def _showing(shown: Shown, table: Name, columns: Sequence[str]) -> Iterator[tuple[Name, tuple[str, ...]]]:
    for view, tables in shown.items():
        names = tables.get(table, {})
        for chosen in product(*(names.get(column, ()) for column in columns)):
            yield view, chosen
