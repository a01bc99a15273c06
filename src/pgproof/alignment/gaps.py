"""Statements for what neither the planner nor catalog.statements writes: casts, comments, roles, settings, rights.

A setting that may be a secret gets none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof import scrub_sql
from pgproof.alignment import texts
from pgproof.catalog.statements.aligned import literal, split
from pgproof.catalog.statements.functions import setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pgproof.catalog import Catalog
    from pgproof.catalog.differences import Difference

# COMMENT ON knows these by the words of diff.
_COMMENTED = (
    "access method",
    "cast",
    "conversion",
    "extension",
    "foreign data wrapper",
    "language",
    "operator",
    "operator class",
    "operator family",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
)
_CONTEXT = {"e": "", "a": " AS ASSIGNMENT", "i": " AS IMPLICIT"}
_METHOD = {"b": "WITHOUT FUNCTION", "i": "WITH INOUT"}
_GRANTED = {"relation": "", "function": "FUNCTION ", "schema": "SCHEMA ", "type": "TYPE "}
_OPTION = " with grant option"
_MEMBERSHIP = re.compile(r"of (.+) in (\S+)\Z")
_CHANGED_GRANT = re.compile(r"(\w+) (.+) to (\S+)\Z")


def aligning(difference: Difference, wanted: Catalog, actual: Catalog) -> list[str]:
    """Return the statements that make one database like another in one thing; none where none are known."""
    key = difference.catalog_kind, difference.identity
    write = _WRITERS.get(difference.catalog_kind)
    should, found = wanted.get(*key), actual.get(*key)
    if difference.attribute == "comment" and difference.catalog_kind in _COMMENTED and should and found:
        what = f"{difference.catalog_kind.upper()} {_reference(difference)}"
        return [f"COMMENT ON {what} IS {_or_null(should.get('comment'))}"]
    return [] if write is None else list(write(difference, should, found))


def _reference(difference: Difference) -> str:
    source, between, target = difference.identity.partition(" as ")
    return f"({source} AS {target})" if difference.catalog_kind == "cast" and between else difference.identity


def _or_null(text: Any) -> str:
    return "NULL" if text is None else literal(str(text))


def _cast(difference: Difference, should: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    about = _reference(difference)
    if found:
        yield f"DROP CAST {about}"
    if should:
        how = f"WITH FUNCTION {should['function']}" if should.get("function") else _METHOD[should["method"]]
        yield f"CREATE CAST {about} {how}{_CONTEXT[should['context']]}"
        if should.get("comment") is not None:
            yield f"COMMENT ON CAST {about} IS {literal(should['comment'])}"


def _role(difference: Difference, should: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    role = difference.identity
    if not should or not found:
        return
    if difference.attribute == "comment":
        yield f"COMMENT ON ROLE {role} IS {_or_null(should.get('comment'))}"
    elif difference.attribute == "connection limit":
        limit = should.get("connection limit")
        yield f"ALTER ROLE {role} CONNECTION LIMIT {-1 if limit is None else limit}"
    elif difference.attribute == "valid until":
        until = should.get("valid until")
        yield f"ALTER ROLE {role} VALID UNTIL {literal('infinity' if until is None else f'{until}Z')}"
    elif difference.attribute == "settings":
        yield from _settings(f"ALTER ROLE {role}", should.get("settings"), found.get("settings"))


def _settings(who: str, should: list[str] | None, found: list[str] | None) -> Iterator[str]:
    wanted, actual = (dict(each.split("=", 1) for each in side or ()) for side in (should, found))
    for name, value in wanted.items():
        # Here, since a statement inside of a text is not recognised as one that holds a secret.
        is_open = scrub_sql.option(f"{name}={value}") == f"{name}={value}"
        if is_open and actual.get(name) != value:
            yield f"{who} SET {setting(f'{name}={value}')}"
    yield from (f"{who} RESET {name}" for name in actual if name not in wanted)


def _database(difference: Difference, should: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yield blocks, since the database that a script runs on may have any name."""
    statements: list[str] = []
    if difference.attribute == "comment":
        statements.append(f"COMMENT ON DATABASE %I IS {_or_null(should.get('comment'))}")
    elif difference.attribute == "settings":
        for who in sorted({_for(each) for side in (should, found) for each in side.get("settings") or ()}):
            sides = [
                [each.removesuffix(f" for {who}") for each in side.get("settings") or () if _for(each) == who]
                for side in (should, found)
            ]
            target = f"ALTER ROLE {who} IN DATABASE %I" if who else "ALTER DATABASE %I"
            statements += _settings(target, *sides)
    for each in statements:
        command = literal(each.replace("%", "%%").replace("%%I", "%I", 1))
        yield texts.block(f"BEGIN\n  EXECUTE format({command}, current_database());\nEND", "database")


def _for(setting: str) -> str:
    """Return the role that a setting of the database is for, "" for all."""
    found = re.search(r" for (\S+)\Z", setting)
    return found[1] if found else ""


def _membership(difference: Difference, should: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    named = _MEMBERSHIP.match(difference.identity)
    if named is None:
        return
    if found:
        yield f"REVOKE {named[2]} FROM {named[1]}"
    if should:
        yield f"GRANT {named[2]} TO {named[1]}{' WITH ADMIN OPTION' if should.get('admin') else ''}"


def _changed_grant(difference: Difference, should: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changes the rights on an object that came with an extension or the system."""
    named = _CHANGED_GRANT.match(difference.identity)
    if named is None or named[1] not in (*_GRANTED, "column"):
        return
    kind, identity, to = named.groups()
    now, then = ({(each, "added") for each in side.get("added") or ()} for side in (found, should))
    now |= {(each, "revoked") for each in found.get("revoked") or ()}
    then |= {(each, "revoked") for each in should.get("revoked") or ()}
    for privilege, change in sorted((now - then) | (then - now)):
        gives = (change == "added") == ((privilege, change) in then)
        plain, option = privilege.removesuffix(_OPTION), privilege.endswith(_OPTION)
        target = f"{_GRANTED.get(kind, '')}{identity}"
        if kind == "column":
            table, column = identity.rpartition(".")[::2]
            plain, target = f"{plain} ({column})", table
        if gives:
            yield f"GRANT {plain} ON {target} TO {to}{' WITH GRANT OPTION' if option else ''}"
        else:
            yield f"REVOKE {plain} ON {target} FROM {to}"


def _extension_member(difference: Difference, should: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    if not should or not found or not split(difference.identity)[0]:
        return
    table = f"ALTER TABLE {difference.identity}"
    if difference.attribute == "comment":
        yield f"COMMENT ON TABLE {difference.identity} IS {_or_null(should.get('comment'))}"
    elif difference.attribute == "row security":
        yield f"{table} {'ENABLE' if should['row security'] else 'DISABLE'} ROW LEVEL SECURITY"
    elif difference.attribute == "row security forced":
        yield f"{table} {'' if should['row security forced'] else 'NO '}FORCE ROW LEVEL SECURITY"


_WRITERS: dict[str, Callable[[Difference, Mapping[str, Any], Mapping[str, Any]], Iterator[str]]] = {
    "cast": _cast,
    "changed grant": _changed_grant,
    "database": _database,
    "extension member": _extension_member,
    "membership": _membership,
    "role": _role,
}
