"""Fills all tables of a database that are empty: a few rows each, that differ, one with as little as it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from pgproof.errors import first_line
from pgproof.filling.filler import Filler, Unfit
from pgproof.filling.triggers import without_triggers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from pgproof.filling.filler import Row
    from pgproof.filling.tables import Column, Table

# Tables that an extension brings with it, and those of a session, are nobody's to fill. A partition is part of another.
_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname), n.nspname, c.relname, c.relkind = 'p',
  ARRAY(SELECT DISTINCT format('%I.%I', fn.nspname, f.relname) FROM pg_constraint k
    JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
    WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid ORDER BY 1)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition
  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""
_FULL_ROWS = 2
# A default that counts on gives each number once; one that is given beside it would come again.
_COUNTS_ON = "nextval("
# Types whose defaults are usually random, or the time: a row gets a value of its own, the same in every run.
_VARYING = ("uuid", "timestamptz", "timestamp", "date", "text")


@dataclass
class Filled:
    """What came of filling. added: how many rows each table got. unfit: why a table got none, in a few words.

    rows: each row, with its table.
    """

    added: dict[str, int] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[str, Row]] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """A table of the database. name: quoted where SQL demands it. plain: the same without quotes. to: its parents."""

    name: str
    schema: str
    plain: str
    divided: bool
    to: tuple[str, ...]


def listed(connection: psycopg.Connection[Any]) -> list[Listed]:
    """Return the tables that can hold rows of their own, parents first. The source is pg_class."""
    found = [
        Listed(name, schema, f"{schema}.{table}", divided, tuple(to))
        for name, schema, table, divided, to in connection.execute(_TABLES).fetchall()
    ]
    return list(_parents_first(found))


def _parents_first(found: Sequence[Listed]) -> Iterator[Listed]:
    """Yield each table after those to which it refers, as far as they do not refer to each other."""
    left = {each.name: each for each in found}
    while left:
        ready = [each for each in left.values() if not any(name in left for name in each.to)]
        for each in ready or [next(iter(left.values()))]:
            del left[each.name]
            yield each


def empty(connection: psycopg.Connection[Any], among: Sequence[Listed]) -> list[Listed]:
    """Return those of the tables that hold no row."""
    if not among:
        return []
    # A table that others inherit from may be empty itself.
    one = sql.SQL("SELECT {} WHERE NOT EXISTS (SELECT FROM {} {})")
    queries = [one.format(each.name, sql.SQL("" if each.divided else "ONLY"), sql.SQL(each.name)) for each in among]
    names = {name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(queries))}
    return [each for each in among if each.name in names]


def fill(
    connection: psycopg.Connection[Any],
    into: Sequence[Listed],
    *,
    first: int,
    rows: Callable[[str], Sequence[str]] = lambda _: ("full",) * _FULL_ROWS + ("sparse",),
    closed: Collection[str] = (),
) -> Filled:
    """Put rows into tables, in one transaction; say which took none.

    first: the number from which values are made. rows: the kinds of row that a table gets: "full" has a value in each
    column, "sparse" is NULL where it may be and no default says otherwise, "null" wherever it may be, "twin" is like
    the table's first row except for keys, "large" has long texts and large numbers with a fraction. closed: tables that
    get no row at all.
    """
    result = Filled()
    if not into:
        return result
    with connection.transaction():
        filler = Filler(connection, first, closed)
        filler.read([each.name for each in into])
        for each in into:
            table = filler.table(each.name)
            places = table.leaves[:2] if each.divided else (each.name,)
            if each.divided and not places:
                result.unfit[each.plain] = "it has no partition"
                continue
            for kind in rows(each.name) if each.name not in closed else ():
                for place in places:
                    found = put(connection, place, partial(_row, connection, filler, place, kind))
                    if not isinstance(found, str):
                        result.added[each.plain] = result.added.get(each.plain, 0) + 1
                        result.rows.append((each.plain, found))
                    elif each.plain not in result.added:
                        result.unfit[each.plain] = found
        # Some have rows that a trigger, or a row of another table, brought along.
        still = {each.plain for each in empty(connection, into)}
    result.unfit = {name: why for name, why in result.unfit.items() if name in still}
    return result


def put(connection: psycopg.Connection[Any], name: str, row: Callable[[], Row]) -> Row | str:
    """Insert one row and return it, or why none was possible. The table's triggers fire if they let it pass.

    row: inserts it; its Unfit and psycopg.Error are what is returned.
    """
    found = _try(connection, row)
    if not isinstance(found, str):
        return found
    try:
        with connection.transaction(), without_triggers(connection, name):
            again = _try(connection, row)
    except psycopg.Error:
        # The table belongs to somebody else, so its triggers stay.
        return found
    return found if isinstance(again, str) else again


def _try(connection: psycopg.Connection[Any], row: Callable[[], Row]) -> Row | str:
    try:
        with connection.transaction():
            return row()
    except Unfit as reason:
        return f"{reason.what}: {reason.why}"
    except psycopg.Error as error:
        return first_line(error)


def _row(connection: psycopg.Connection[Any], filler: Filler, name: str, kind: str) -> Row:
    table = filler.table(name)
    if kind in ("sparse", "null"):
        given, suggested = _nothing(table, with_defaults=kind == "null"), {}
    else:
        given, suggested = {}, everything(filler, table)
        if kind == "twin":
            suggested |= _first(connection, table)
        elif kind == "large":
            suggested |= _large(filler, table)
    try:
        with connection.transaction():
            return filler.insert(name, given, suggested)
    except Unfit:
        # One of the columns that need no value may have been in the way.
        return filler.insert(name, {})


def _nothing(table: Table, *, with_defaults: bool) -> dict[str, Any]:
    return {
        name: None
        for name, each in table.columns.items()
        if not each.required and not each.refused and (with_defaults or each.default is None)
    }


def _first(connection: psycopg.Connection[Any], table: Table) -> Row:
    """Return what the first row of a table has in the columns that need not differ from row to row, as text."""
    alike = [each.name for each in table.columns.values() if not each.refused and not table.is_unique(each.name)]
    if not alike:
        return {}
    query = sql.SQL("SELECT {} FROM ONLY {} ORDER BY ctid LIMIT 1").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(each)) for each in alike), sql.SQL(table.name)
    )
    found = connection.execute(query).fetchone()
    return {} if found is None else dict(zip(alike, found, strict=True))


def _large(filler: Filler, table: Table) -> Row:
    """Return values that a narrower type or a shorter limit would not hold, for the columns that take one."""
    keys = {column for reference in table.references.values() for column in reference.columns}
    row: Row = {}
    for name, column in table.columns.items():
        if name in keys or column.refused or column.makes_itself or _COUNTS_ON in (column.default or ""):
            continue
        if column.category == "N" and table.is_unique(name):
            # Others may count on from it.
            continue
        value = filler.large(table.name, name)
        if value is not None:
            row[name] = value
    return row


def everything(filler: Filler, table: Table) -> Row:
    """Return a value for every column of a table that takes one, except where its default is what most rows have."""
    row: dict[str, Any] = {}
    for reference in table.references.values():
        if len(reference.columns) > 1 and not any(column in row for column in reference.columns):
            try:
                row.update(filler.keys(reference))
            except Unfit:
                continue
    for name, column in table.columns.items():
        if name not in row and _wants_a_value(column):
            try:
                row[name] = filler.value(table.name, name)
            except Unfit:
                # If the column must have one, inserting the row says why that is impossible.
                continue
    return row


def _wants_a_value(column: Column) -> bool:
    """Return whether a full row names a value: defaults are what most rows have, so they stay where they are fixed."""
    if column.refused or column.makes_itself:
        return False
    if column.default is None:
        return True
    return _COUNTS_ON not in column.default and "(" in column.default and column.base in _VARYING
