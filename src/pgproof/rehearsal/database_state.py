"""Everything that a script may have changed: the catalog with the server's roles, who has a password, the rows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof import catalog
from pgproof.catalog import differences
from pgproof.rehearsal import positions, rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

    from pgproof.rehearsal.positions import Position

# Passwords are for a superuser to see, so the catalog does not have them. They are hashed on the server, with a salt of
# this process: what is kept, in memory only, shows nothing but whether two are the same.
_PASSWORDS = """
SELECT quote_ident(rolname), encode(sha256(convert_to(%s || rolpassword, 'UTF8')), 'hex')
FROM pg_authid WHERE rolpassword IS NOT NULL
"""
_SALT = secrets.token_hex(16)


@dataclass(frozen=True)
class DatabaseState:
    """What a database looked like.

    passwords: of the roles that have one, a hash. rows: for each table how many it holds and a hash of them.
    columns: of each table, those that the hash covers. passed_over: tables without a hash, each with the reason.
    positions: of sequences.
    """

    catalog: catalog.Catalog
    passwords: Mapping[str, str] = field(repr=False)
    rows: Mapping[str, tuple[int, str]]
    columns: Mapping[str, tuple[str, ...]]
    passed_over: tuple[str, ...]
    positions: Mapping[str, Position]


def take(connection: psycopg.Connection[Any]) -> DatabaseState:
    """Return the state of a database, read in one read-only transaction. connection: of a superuser, autocommit."""
    # Beginning takes several statements, which cannot be prepared; the queries below can, for the next call.
    connection.prepare_threshold = None
    catalog.begin_reading(connection)
    connection.prepare_threshold = 0
    try:
        return DatabaseState(
            catalog.read(connection),
            dict(connection.execute(_PASSWORDS, [_SALT]).fetchall()),
            rows.fingerprint(connection),
            rows.columns(connection),
            rows.passed_over(connection),
            positions.read(connection),
        )
    finally:
        connection.execute("ROLLBACK")


def changes(before: DatabaseState, after: DatabaseState) -> list[str]:
    """Return one line for each difference between two states; positions of sequences do not count."""
    names = "the state before", "the state after"
    # A script that creates a role must also drop it, whatever is granted to it.
    found = list(differences.lines(before.catalog, after.catalog, names, roles=True))
    found += _passwords(before, after, names)
    for table in sorted(before.rows.keys() & after.rows.keys()):
        # Different columns make different rows, which the catalog has reported already.
        if before.columns[table] == after.columns[table] and before.rows[table] != after.rows[table]:
            found.append(f"rows of {table}: {_rows(before.rows[table][0], after.rows[table][0])}")
    return found


def _passwords(before: DatabaseState, after: DatabaseState, names: tuple[str, str]) -> Iterator[str]:
    for name in sorted(before.passwords.keys() | after.passwords.keys()):
        if before.catalog.get("role", name) and after.catalog.get("role", name):
            was, is_now = before.passwords.get(name), after.passwords.get(name)
            if was is None or is_now is None:
                yield f"role {name}: password only in {names[is_now is not None]}"
            elif was != is_now:
                yield f"role {name}: another password"


def _rows(before: int, after: int) -> str:
    return f"{before} before, {after} after" if before != after else f"{before} before and after, but not the same ones"


def lost_data(
    connection: psycopg.Connection[Any], before: DatabaseState, source: psycopg.Connection[Any]
) -> list[tuple[str, str]]:
    """Return each table or sequence that lost something, and what it lost. Columns that were added do not count.

    connection: to the database now. before: its earlier state. source: to a database in that state.
    """
    now = rows.columns(connection)
    found = [
        (table, f"the table is gone, with {count} rows")
        for table, (count, _) in before.rows.items()
        if table not in now and count
    ]
    common = {table: [c for c in own if c in now[table]] for table, own in before.columns.items() if table in now}
    for table, kept in common.items():
        gone = [column for column in before.columns[table] if column not in kept]
        if gone and before.rows[table][0]:
            found.append((table, f"column {', '.join(gone)} is gone, in {before.rows[table][0]} rows"))
    was, is_now = rows.fingerprint(source, common), rows.fingerprint(connection, common)
    found += [(table, _rows(was[table][0], is_now[table][0])) for table in common if was[table] != is_now[table]]
    found += positions.set_back(before.positions, positions.read(connection))
    return sorted(found)


def first(differences: list[str], number: int = 3) -> str:
    """Return the first few differences on one line."""
    more = f"; and {len(differences) - number} more" if len(differences) > number else ""
    return "; ".join(differences[:number]) + more
