"""Rows as people add them once a script has loosened what a table takes, and what a way back leaves of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from pgproof import filling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from pgproof.filling import Filler
    from pgproof.rehearsal.shapes import Freedom, Shape, Shapes

_KEY = """
SELECT ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisprimary
"""


@dataclass(frozen=True)
class Added:
    """A row that was added. table: its plain name then. row: all of it. free: the columns that no old row had so."""

    table: str
    row: dict[str, Any]
    free: tuple[str, ...] = ()


def enter(connection: psycopg.Connection[Any], filler: Filler, freedom: Freedom, plain: str) -> Added | None:
    """Add a row that makes use of a freedom; return None if the table takes none after all. plain: its name."""
    with connection.transaction():
        found = filling.put(connection, freedom.table, partial(_row, connection, filler, freedom))
    if isinstance(found, str):
        return None
    return Added(plain, found, freedom.columns)


def _row(connection: psycopg.Connection[Any], filler: Filler, freedom: Freedom) -> dict[str, Any]:
    table = filler.table(freedom.table)
    suggested = filling.everything(filler, table)
    given = _given(connection, filler, freedom, suggested)
    if given is None:
        raise filling.Unfit(freedom.table, ", ".join(freedom.columns), "no such value was found")
    row = filler.insert(freedom.table, given, suggested)
    if freedom.kind in ("null", "same") and any(row[column] != value for column, value in given.items()):
        raise filling.Unfit(freedom.table, ", ".join(freedom.columns), "it takes no such value after all")
    return row


def _given(
    connection: psycopg.Connection[Any], filler: Filler, freedom: Freedom, suggested: dict[str, Any]
) -> dict[str, Any] | None:
    """Return what a row needs to make use of a freedom, None if nothing was found."""
    first = freedom.columns[0]
    if freedom.kind == "null":
        return {first: None}
    if freedom.kind == "label":
        return {first: freedom.value}
    if freedom.kind == "check":
        return filler.breaking(freedom.table, freedom.columns, freedom.old)
    if freedom.kind == "type":
        value = filler.beyond(freedom.table, first, freedom.old)
        return None if value is None else {first: value}
    if freedom.kind == "parent":
        # Nothing refers to it any more, so what is made up is in no other table.
        return {column: filler.value(freedom.table, column) for column in freedom.columns}
    return _like_another(connection, filler, freedom, suggested)


def _like_another(
    connection: psycopg.Connection[Any], filler: Filler, freedom: Freedom, suggested: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the columns of a row that is there, and suggest the others: the index may cover only some rows."""
    there = sql.SQL(" AND ").join(sql.SQL("{} IS NOT NULL").format(sql.Identifier(each)) for each in freedom.columns)
    query = sql.SQL("SELECT * FROM {} WHERE {} LIMIT 1").format(sql.SQL(freedom.table), there)
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(query).fetchone()
    if found is None:
        found = filler.insert(freedom.table, {}, suggested)
    table = filler.table(freedom.table)
    for name, column in table.columns.items():
        if not table.is_unique(name) and not column.refused and not column.makes_itself:
            suggested[name] = found[name]
    return {column: found[column] for column in freedom.columns}


def lost(
    connection: psycopg.Connection[Any], added: Sequence[Added], shapes: tuple[Shapes, Shapes, Shapes]
) -> Iterator[tuple[str, str]]:
    """Yield each table, by its name before the up, whose added rows are gone or changed, with what happened to them.

    shapes: before the up, when the rows were added, and now. What the up itself had created does not count. A column
    of which a row made use in a new way may change: the way back has to do something about it.
    """
    before, used, now = shapes
    for number, shape in used.tables.items():
        was = before.earlier(number, shape)
        is_now = now.tables.get(number) or (now.named(was.plain) if was else None)
        rows = [each for each in added if each.table == shape.plain]
        if was is None or is_now is None or not rows:
            continue
        same = dict(_same(number, was, shape, is_now, now))
        gone, changed = 0, set[str]()
        for each in rows:
            found = _find(connection, is_now, same, each)
            gone += found is None
            if found is not None and not any(other.free for other in rows):
                changed |= {name for own, name in same.items() if found[name] != each.row[own]}
        if gone:
            yield was.plain, f"{gone} of {len(rows)} rows that were added in between are gone"
        elif changed:
            yield was.plain, f"rows that were added in between have another {', '.join(sorted(changed))}"


def _same(number: int, was: Shape, shape: Shape, is_now: Shape, now: Shapes) -> Iterator[tuple[str, str]]:
    """Yield the name, then and now, of each column that was there all the time with one type."""
    for place, column in shape.columns.items():
        old = was.columns.get(place)
        if old is None or old.type != column.type:
            continue
        found = (
            is_now.columns.get(place)
            if number in now.tables
            else next((each for each in is_now.columns.values() if each.name == old.name), None)
        )
        if found is not None and found.type == column.type:
            yield column.name, found.name


def _find(
    connection: psycopg.Connection[Any], shape: Shape, same: dict[str, str], added: Added
) -> dict[str, Any] | None:
    """Return an added row as it is now, by its primary key, without one by everything; None if it is gone."""
    key = connection.execute(_KEY, [shape.name]).fetchone()
    then = {now: own for own, now in same.items()}
    own = [name for name in (key[0] if key else ()) if name in then and then[name] not in added.free]
    if key is None or len(own) < len(key[0]):
        own = [
            name
            for name in then
            # JSON has no equality of its own.
            if then[name] not in added.free and not isinstance(added.row[then[name]], dict | list)
        ]
    if not own:
        return dict(added.row)
    alike = sql.SQL(" AND ").join(
        sql.SQL("{}::text IS NOT DISTINCT FROM {}::text").format(sql.Identifier(name), sql.Placeholder())
        for name in own
    )
    query = sql.SQL("SELECT * FROM {} WHERE {} LIMIT 1").format(sql.SQL(shape.name), alike)
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, [added.row[then[name]] for name in own]).fetchone()
