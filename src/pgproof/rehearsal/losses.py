"""What a script took from rows that existed before: tables and columns gone or renamed, rows changed or removed.

A table or column is known again by its name, and where that is gone by its number (pg_class.oid, pg_attribute.attnum):
a new name loses nothing, but whoever reads the old one fails. Rows are known again by their primary key, those of a
table without one by all their values. Added rows, columns and tables are not a loss.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql

from pgproof.rehearsal import positions, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.rows import Layout

_VIEW = ("v", "m")


class Loss(NamedTuple):
    """One loss. name: of the finding. about: the table or sequence. what: was lost."""

    name: str
    about: str
    what: str


class Kept(NamedTuple):
    """A table that is still there. before, after: its name and layout then and now. columns: name then → name now."""

    before: str
    after: str
    was: Layout
    now: Layout
    columns: Mapping[str, str]


def structure(before: DatabaseState, after: DatabaseState) -> tuple[list[Loss], list[Kept]]:
    """Return what is gone or renamed, and the tables that are still there. after: as before, one script later."""
    found: list[Loss] = []
    kept: list[Kept] = []
    by_number = {layout.oid: name for name, layout in after.layouts.items()}
    for table, was in before.layouts.items():
        count = before.rows[table].count
        name = table if table in after.layouts else by_number.get(was.oid)
        if was.kind == "m":
            continue
        if name is None:
            if count:
                found.append(Loss("changes-data", table, f"the table is gone, with {count} rows"))
            continue
        if name != table and not _is_readable(after, table):
            found.append(Loss("renames", table, f"the table is now called {name}"))
        now = after.layouts[name]
        numbers = {number: column for column, number in now.columns.items()}
        columns, gone = {}, []
        for column, number in was.columns.items():
            there = column if column in now.columns else numbers.get(number) if now.oid == was.oid else None
            if there is None:
                gone.append(column)
                continue
            columns[column] = there
            if there != column:
                found.append(Loss("renames", table, f"column {column} is now called {there}"))
        if gone and count:
            found.append(Loss("changes-data", table, f"column {', '.join(gone)} is gone, in {count} rows"))
        kept.append(Kept(table, name, was, now, columns))
    found += (Loss("changes-data", name, what) for name, what in positions.set_back(before.positions, after.positions))
    return found, kept


def _is_readable(state: DatabaseState, name: str) -> bool:
    """Return whether there is a view of this name, by which whoever read the table still reads."""
    return state.catalog.get("relation", name).get("kind") in _VIEW


def touched(
    before: DatabaseState, after: DatabaseState, kept: Sequence[Kept], connection: psycopg.Connection[Any]
) -> list[Kept]:
    """Return the tables that do not hold the very same rows as before, as far as they had any.

    connection: to the database after.
    """
    there = [each for each in kept if before.rows[each.before].count and each.columns]
    whole = [each for each in there if len(each.columns) == len(each.was.columns)]
    # Read anew where a column was added or renamed: what counts is what was there before.
    other = [each for each in whole if each.was.columns.keys() != each.now.columns.keys()]
    now = {each.after: after.rows[each.after] for each in whole if each not in other}
    if other:
        wanted = {each.after: [each.columns[column] for column in each.was.columns] for each in other}
        with rows.reading(connection):
            now |= rows.fingerprint(connection, wanted, {each.after: each.now for each in other})
    return [
        each
        for each in there
        if (
            (now[each.after].count, now[each.after].whole)
            != (before.rows[each.before].count, before.rows[each.before].whole)
            if each.after in now
            else any(
                before.rows[each.before].columns[was] != after.rows[each.after].columns[is_now]
                for was, is_now in each.columns.items()
            )
        )
    ]


def of_rows(kept: Kept, source: psycopg.Connection[Any], connection: psycopg.Connection[Any]) -> str | None:
    """Return what happened to the rows that a table had, None if they are all still there as they were.

    source, connection: to the database before and after.
    """
    names = list(kept.columns)
    keyed = bool(kept.was.key) and all(column in kept.columns for column in kept.was.key)
    key = kept.was.key if keyed else ()
    was = _read(source, kept.was, key, names)
    now = _read(connection, kept.now, [kept.columns[c] for c in key], [kept.columns[c] for c in names])
    if not keyed:
        lost = Counter(values for _, values in was) - Counter(values for _, values in now)
        return f"{lost.total()} of {len(was)} rows are changed or gone" if lost else None
    after = dict(now)
    gone = sum(1 for name, _ in was if name not in after)
    pairs = [(values, after[name]) for name, values in was if name in after and after[name] != values]
    columns = [name for place, name in enumerate(names) if any(one[place] != two[place] for one, two in pairs)]
    said = [
        *([f"{len(pairs)} of {len(was)} rows are changed ({', '.join(columns)})"] if pairs else []),
        *([f"{gone} of {len(was)} rows are gone"] if gone else []),
    ]
    return ", ".join(said) or None


def _read(
    connection: psycopg.Connection[Any], layout: Layout, key: Sequence[str], columns: Sequence[str]
) -> list[tuple[str, tuple[Any, ...]]]:
    query = sql.SQL("SELECT ROW({})::text, ARRAY[{}] FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, key)),
        sql.SQL(", ").join(map(rows.hashed, columns)),
        sql.Identifier(layout.schema, layout.name),
    )
    with rows.reading(connection):
        return [(name, tuple(values)) for name, values in connection.execute(query)]
