"""Everything that a script may have changed: the catalog, the server's roles, the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof import catalog
from pgproof.catalog import differences
from pgproof.rehearsal import positions, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import psycopg

    from pgproof.rehearsal.positions import Position

# Roles belong to the server, not to a database, but a script that creates one must also drop it.
_ROLES = """
SELECT r.rolname, to_jsonb(r) - 'oid' - 'rolpassword' || jsonb_build_object(
  'password', r.rolpassword IS NOT NULL,
  'member of', ARRAY(
    SELECT concat_ws(' ', m.roleid::regrole, to_jsonb(m) - '{oid,roleid,member,grantor}'::text[])
    FROM pg_auth_members m WHERE m.member = r.oid ORDER BY 1),
  'rights on parameters', ARRAY(
    SELECT concat_ws(' ', p.parname, x.privilege_type, x.is_grantable)
    FROM pg_parameter_acl p, aclexplode(p.paracl) x WHERE x.grantee = r.oid AND NOT r.rolsuper ORDER BY 1),
  'settings', ARRAY(SELECT s.setconfig::text FROM pg_db_role_setting s
                    WHERE s.setrole = r.oid AND s.setdatabase IN
                      (0, (SELECT oid FROM pg_database WHERE datname = current_database())) ORDER BY 1))
FROM pg_authid r WHERE r.rolname NOT LIKE 'pg\\_%'
UNION ALL
SELECT 'ALL', jsonb_build_object('settings', ARRAY(
  SELECT unnest(s.setconfig) FROM pg_db_role_setting s WHERE s.setrole = 0 AND s.setdatabase = 0 ORDER BY 1))
"""
# The catalog leaves out the system's own objects, but a script can change the grants on them.
_SYSTEM_RIGHTS = """
SELECT o.name, given.sorted
FROM (
  SELECT c.oid::regclass::text, c.relnamespace, c.relacl, acldefault('r', c.relowner) FROM pg_class c
  UNION ALL
  SELECT p.oid::regprocedure::text, p.pronamespace, p.proacl, acldefault('f', p.proowner) FROM pg_proc p
) o (name, schema, acl, usual),
LATERAL (SELECT ARRAY(SELECT a::text FROM unnest(o.acl) a ORDER BY 1)) given (sorted)
WHERE o.schema IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND o.acl IS NOT NULL
  AND given.sorted <> ARRAY(SELECT a::text FROM unnest(o.usual) a ORDER BY 1)
"""


@dataclass(frozen=True)
class DatabaseState:
    """What a database looked like.

    roles: the attributes of each role, by name. rows: for each table how many it holds and a hash of them.
    columns: of each table, those that the hash covers. passed_over: tables without a hash, each with the reason.
    positions: of sequences. system_rights: the grants on the system's own objects, where they are not the default.
    """

    catalog: catalog.Catalog
    roles: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, tuple[int, str]]
    columns: Mapping[str, tuple[str, ...]]
    passed_over: tuple[str, ...]
    positions: Mapping[str, Position]
    system_rights: Mapping[str, Sequence[str]]


def take(connection: psycopg.Connection[Any]) -> DatabaseState:
    """Return the state of a database, read in one read-only transaction. connection: of a superuser, autocommit."""
    # Beginning takes several statements, which cannot be prepared; the queries below can, for the next call.
    connection.prepare_threshold = None
    catalog.begin_reading(connection)
    connection.prepare_threshold = 0
    try:
        return DatabaseState(
            catalog.read(connection),
            dict(connection.execute(_ROLES).fetchall()),
            rows.fingerprint(connection),
            rows.columns(connection),
            rows.passed_over(connection),
            positions.read(connection),
            dict(connection.execute(_SYSTEM_RIGHTS).fetchall()),
        )
    finally:
        connection.execute("ROLLBACK")


def changes(before: DatabaseState, after: DatabaseState) -> list[str]:
    """Return one line for each difference between two states; positions of sequences do not count."""
    found = list(differences.lines(before.catalog, after.catalog, ("the state before", "the state after")))
    found += [f"role {name}: appeared" for name in sorted(after.roles.keys() - before.roles.keys())]
    found += [f"role {name}: is gone" for name in sorted(before.roles.keys() - after.roles.keys())]
    both = sorted(before.roles.keys() & after.roles.keys())
    for name in both:
        was, is_now = before.roles[name], after.roles[name]
        changed = sorted(each for each in was.keys() | is_now.keys() if was.get(each) != is_now.get(each))
        if changed:
            found.append(f"role {name}: changed in {', '.join(changed)}")
    was_open, is_open = before.system_rights, after.system_rights
    for name in sorted(was_open.keys() | is_open.keys()):
        if was_open.get(name) != is_open.get(name):
            found.append(f"the system's own {name}: its grants differ")
    for table in sorted(before.rows.keys() & after.rows.keys()):
        # Different columns make different rows, which the catalog has reported already.
        if before.columns[table] == after.columns[table] and before.rows[table] != after.rows[table]:
            found.append(f"rows of {table}: {_rows(before.rows[table][0], after.rows[table][0])}")
    return found


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
