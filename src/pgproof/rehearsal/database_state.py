"""Everything that a script may have changed: the catalog with the server's roles, who has a password, the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof import catalog
from pgproof.catalog import differences
from pgproof.rehearsal import positions, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

    from pgproof.rehearsal.positions import Position
    from pgproof.rehearsal.rows import Layout, Rows

# Whether a role has a password is for a superuser to see, so the catalog does not have it.
_PASSWORDS = "SELECT quote_ident(rolname), md5(rolpassword) FROM pg_authid WHERE rolpassword IS NOT NULL"
_NAMES = "the state before", "the state after"


@dataclass(frozen=True)
class DatabaseState:
    """What a database looked like.

    passwords: of the roles that have one, a hash. rows: of each table. layouts: of the same tables.
    passed_over: tables whose rows were not read, each with the reason. positions: of sequences.
    """

    catalog: catalog.Catalog
    passwords: Mapping[str, str]
    rows: Mapping[str, Rows]
    layouts: Mapping[str, Layout]
    passed_over: tuple[str, ...]
    positions: Mapping[str, Position]

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of each table whose rows were read, in order of their names."""
        return {name: tuple(layout.columns) for name, layout in self.layouts.items()}


@dataclass(frozen=True)
class Nature:
    """What two runs of the same scripts differ in, though nothing is wrong: the time, chance, numbers of sequences.

    columns: of tables. tables: those whose rows differ as wholes though none of their columns does. attributes: of
    objects of the catalog, by kind and identity. passwords: of roles; the same one is salted anew each time.
    """

    columns: frozenset[tuple[str, str]] = frozenset()
    tables: frozenset[str] = frozenset()
    attributes: frozenset[tuple[str, str, str | None]] = frozenset()
    passwords: frozenset[str] = frozenset()

    def notes(self) -> list[str]:
        """Return a sentence on what was compared by its shape only."""
        named = sorted({*(f"{table}.{column}" for table, column in self.columns), *self.tables})
        named += sorted(f"{attribute} of {kind} {identity}" for kind, identity, attribute in self.attributes)
        if not named:
            return []
        return [f"other in every run by nature, so only number of values and NULLs were compared: {', '.join(named)}"]


ALIKE = Nature()


def take(connection: psycopg.Connection[Any]) -> DatabaseState:
    """Return the state of a database, read in one read-only transaction. connection: of a superuser, autocommit."""
    # Beginning takes several statements, which cannot be prepared; the queries below can, for the next call.
    connection.prepare_threshold = None
    catalog.prepare(connection)
    catalog.begin_reading(connection)
    connection.execute(rows.PRINTED_ALIKE)
    connection.prepare_threshold = 0
    try:
        layouts = rows.layouts(connection)
        return DatabaseState(
            catalog.read(connection, prepared=True),
            dict(connection.execute(_PASSWORDS).fetchall()),
            rows.fingerprint(connection, known=layouts),
            layouts,
            rows.passed_over(connection),
            positions.read(connection),
        )
    finally:
        connection.execute("ROLLBACK")


def changes(before: DatabaseState, after: DatabaseState, nature: Nature = ALIKE) -> list[str]:
    """Return one line for each difference between two states; positions of sequences do not count.

    nature: what counts by its shape only, where the states come from two runs.
    """
    # A script that creates a role must also drop it, whatever is granted to it.
    differing = [
        each
        for each in differences.between(before.catalog, after.catalog, roles=True)
        if (each.catalog_kind, each.identity, each.attribute) not in nature.attributes
    ]
    # Grants last: a new owner brings many along.
    found = [each.text(_NAMES) for each in sorted(differing, key=lambda each: each.catalog_kind == "grant")]
    for name in sorted(before.passwords.keys() | after.passwords.keys()):
        was, now = before.passwords.get(name), after.passwords.get(name)
        if was and now and name in nature.passwords:
            continue
        if was != now and before.catalog.get("role", name) and after.catalog.get("role", name):
            where = "another one" if was and now else f"only in {_NAMES[now is not None]}"
            found.append(f"role {name}: password {where}")
    found += (f"rows of {table}: {what}" for table, what in _changed_rows(before, after, nature))
    return found


def _changed_rows(before: DatabaseState, after: DatabaseState, nature: Nature) -> Iterator[tuple[str, str]]:
    for table in sorted(before.rows.keys() & after.rows.keys()):
        layout = before.layouts[table]
        # Different columns make different rows, which the catalog has reported already. What a materialized view holds
        # follows from its definition, and from when it was refreshed.
        if layout.kind == "m" or layout.columns.keys() != after.layouts[table].columns.keys():
            continue
        was, now = before.rows[table], after.rows[table]
        if was == now:
            continue
        loose = {column for column in layout.columns if (table, column) in nature.columns}
        other = [c for c in layout.columns if was.columns[c][c in loose] != now.columns[c][c in loose]]
        if was.count != now.count:
            yield table, f"{was.count} before, {now.count} after"
        elif other:
            yield table, f"{was.count} before and after, but not the same ones ({', '.join(other)})"
        elif not loose and table not in nature.tables:
            yield table, f"{was.count} before and after, but not the same ones (values changed places)"


def nature_of(one: DatabaseState, other: DatabaseState) -> Nature:
    """Return what differs by nature, from the states after two runs of the same scripts."""
    columns, tables = set(), set()
    for table in one.rows.keys() & other.rows.keys():
        left, right = one.rows[table], other.rows[table]
        differing = {c for c in left.columns.keys() & right.columns.keys() if left.columns[c][0] != right.columns[c][0]}
        columns |= {(table, column) for column in differing}
        if left.whole != right.whole and not differing:
            tables.add(table)
    attributes = (
        (each.catalog_kind, each.identity, each.attribute)
        for each in differences.between(one.catalog, other.catalog, roles=True)
        if each.attribute is not None
    )
    passwords = {name for name, hashed in one.passwords.items() if other.passwords.get(name) not in (None, hashed)}
    return Nature(frozenset(columns), frozenset(tables), frozenset(attributes), frozenset(passwords))


def first(differences: list[str], number: int = 3) -> str:
    """Return the first few differences on one line."""
    more = f"; and {len(differences) - number} more" if len(differences) > number else ""
    return "; ".join(differences[:number]) + more
