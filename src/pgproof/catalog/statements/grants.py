"""Statements for privileges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog.statements.aligned import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog.statements.aligned import Aligned, Statements

_OPTION = " with grant option"
_DEFAULTS = {"relation": "tables", "function": "functions", "type": "types", "schema": "schemas"}
_BUILT_IN = {"function": "EXECUTE", "type": "USAGE"}
_OBJECTS = {"schema": "SCHEMA", "type": "TYPE", "foreign data wrapper": "FOREIGN DATA WRAPPER"}
_OBJECTS["foreign server"] = "FOREIGN SERVER"


def _object(owner: Aligned) -> str | None:
    """Return what GRANT … ON names. owner: the object on which it is."""
    if owner.kind == "relation":
        kind = RELATIONS[owner.either["kind"]]
        return f"{'SEQUENCE' if kind == 'SEQUENCE' else 'TABLE'} {owner.identity}"
    if owner.kind == "column":
        return f"TABLE {owner.on}"
    if owner.kind == "function":
        kind = "PROCEDURE" if owner.either["kind"] == "p" else "FUNCTION"
        return f"{kind} {owner.reference.partition(' ')[2]}"
    return f"{_OBJECTS[owner.kind]} {owner.identity}" if owner.kind in _OBJECTS else None


def _grantee(grant: Aligned, on: Aligned) -> str:
    return grant.identity.removeprefix(f"{on.kind} {on.identity} to ")


def change(grant: Aligned, _: str = "privileges") -> Statements:
    """Return the statements that give a role on an object the privileges that it must have, and no others."""
    on = grant.parent
    what = None if on is None else _object(on)
    if on is None or what is None:
        return None
    if follows_the_owner(grant):
        return on.owner()
    who = _grantee(grant, on)
    if on.should.get("owner") == who and on.key not in grant.actual.objects:
        return []
    should, found = (_split(side.get("privileges")) for side in (grant.should, grant.found))
    column = f" ({on.name})" if on.kind == "column" else ""
    listed = (
        ("REVOKE", "FROM", "", found.keys() - should.keys()),
        ("REVOKE GRANT OPTION FOR", "FROM", "", {each for each in should if found.get(each) and not should[each]}),
        ("GRANT", "TO", "", {each for each in should if not should[each] and each not in found}),
        ("GRANT", "TO", " WITH GRANT OPTION", {each for each in should if should[each] and not found.get(each)}),
    )
    return [
        *(
            f"{verb} {', '.join(f'{each}{column}' for each in sorted(privileges))} ON {what} {word} {who}{option}"
            for verb, word, option, privileges in listed
            if privileges
        ),
        *(_given_back(grant, on, who, {*listed[0][3], *listed[1][3]}) if on.kind == "relation" else ()),
    ]


def _given_back(grant: Aligned, table: Aligned, who: str, revoked: set[str]) -> Iterator[str]:
    """Yield the statements for what a role keeps on columns: REVOKE on a table takes it from them as well."""
    for key, parent in grant.wanted.parents.items():
        if key[0] != "grant" or not key[1].endswith(f" to {who}") or grant.wanted.parents.get(parent) != table.key:
            continue
        column = grant.at(parent)
        should, found = (_split(side.get(*key).get("privileges")) for side in (grant.wanted, grant.actual))
        for privilege in sorted(revoked & should.keys() & found.keys()):
            option = " WITH GRANT OPTION" if should[privilege] else ""
            yield f"GRANT {privilege} ({column.name}) ON {_object(column)} TO {who}{option}"


def follows_the_owner(grant: Aligned) -> bool:
    """Return whether a role has a privilege on one side alone because it is the owner there, and not on the other."""
    on = grant.parent
    if on is None:
        return False
    owners = {side.get("owner") for side in (on.should, on.found)} - {None}
    return len(owners) == 2 and _grantee(grant, on) in owners


def _split(privileges: list[str] | None) -> dict[str, bool]:
    """Return each privilege, and whether it may be granted on."""
    return {each.removesuffix(_OPTION): each.endswith(_OPTION) for each in privileges or ()}


def closing(made: Aligned) -> list[str]:
    """Return the statements that take from a new object what default privileges give, and nobody must have."""
    what = _object(made)
    if what is None:
        return []
    is_sequence = made.kind == "relation" and made.should["kind"] == "S"
    things = "sequences" if is_sequence else _DEFAULTS[made.kind]
    given: dict[str, set[str]] = {"PUBLIC": {_BUILT_IN[made.kind]}} if made.kind in _BUILT_IN else {}
    for identity, defaults in made.actual.of_kind("default privileges").items():
        schema = identity.partition(" in schema ")[2].rpartition(" on ")[0]
        if not identity.endswith(f" on {things}") or (schema and not made.identity.startswith(f"{schema}.")):
            continue
        for grant in defaults["grants"] or ():
            privilege, _, who = grant.removesuffix(_OPTION).partition(" to ")
            given.setdefault(who, set()).add(privilege)
    too_much = []
    for who, privileges in sorted(given.items()):
        wanted = made.wanted.get("grant", f"{made.kind} {made.identity} to {who}").get("privileges", ())
        if who != made.should["owner"] and privileges - set(wanted):
            too_much.append(who)
    return [f"REVOKE ALL ON {what} FROM {', '.join(too_much)}"] if too_much else []
