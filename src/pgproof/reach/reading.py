"""Reads the facts in one query, from PostgreSQL's system catalogs and has_…_privilege."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof.reach.facts import Computed, Facts, Function, Policy, Reference, Relation, Role, Trigger, Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

_QUERY = Path(__file__).with_name("facts.sql")


def read(connection: psycopg.Connection[Any], roles: Sequence[str], relations: Sequence[str]) -> Facts:
    """Return the facts, read in one round trip; call catalog.begin_reading first.

    roles: who calls. relations: what they name, each as SCHEMA.NAME. Raises psycopg.Error.
    """
    return told(ask(connection, roles, relations))


def ask(connection: psycopg.Connection[Any], roles: Sequence[str], relations: Sequence[str]) -> psycopg.RawCursor[Any]:
    """Ask what read() does, and return at once within connection.pipeline(); told() returns the facts."""
    from psycopg import RawCursor

    return RawCursor(connection).execute(_QUERY.read_bytes(), [list(roles), list(relations)])


def told(asked: psycopg.RawCursor[Any]) -> Facts:
    """Return the facts that were asked for, once the pipeline has ended."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, attributes in asked.fetchall():
        found.setdefault(kind, []).append(attributes)
    return Facts(
        {each["name"]: _role(each) for each in found.get("role", ())},
        {each["name"]: frozenset(each["usage"]) for each in found.get("schema", ())},
        {each["oid"]: _relation(each) for each in found.get("relation", ())},
        {each["oid"]: _function(each) for each in found.get("function", ())},
        tuple(_policy(each) for each in found.get("policy", ())),
        tuple(_computed(each) for each in found.get("computed", ())),
        tuple(Reference(**{**each, "columns": tuple(each["columns"])}) for each in found.get("reference", ())),
        tuple(_trigger(each) for each in found.get("trigger", ())),
        found["database"][0]["name"],
    )


def _use(given: dict[str, Any]) -> Use:
    return Use(tuple(given.pop("functions")), tuple((oid, column) for oid, column in given.pop("uses")))


def _role(given: dict[str, Any]) -> Role:
    return Role(**{**given, "groups": tuple(given["groups"]), "becomes": tuple(given["becomes"])})


def _by_role(given: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {role: frozenset(privileges) for role, privileges in given.items()}


def _relation(given: dict[str, Any]) -> Relation:
    use = _use(given)
    columns = {each["name"]: _by_role(each["privileges"]) for each in given.pop("columns")}
    owned_by, privileges = frozenset(given.pop("owned_by")), _by_role(given.pop("privileges"))
    return Relation(**given, owned_by=owned_by, privileges=privileges, columns=columns, use=use)


def _policy(given: dict[str, Any]) -> Policy:
    use = _use(given)
    return Policy(**{**given, "applies_to": frozenset(given["applies_to"])}, use=use)


def _computed(given: dict[str, Any]) -> Computed:
    use = _use(given)
    return Computed(**{**given, "text": given["text"] or ""}, use=use)


def _trigger(given: dict[str, Any]) -> Trigger:
    events, functions = frozenset(given.pop("on")), tuple(given.pop("functions"))
    return Trigger(**given, events=events, functions=functions)


def _function(given: dict[str, Any]) -> Function:
    path = given.pop("path")
    names = None if path is None else tuple(each.strip().strip('"') for each in path.split(",") if each.strip(' "'))
    execute, parameters = frozenset(given.pop("execute")), tuple(given.pop("parameters"))
    return Function(**given, execute=execute, parameters=parameters, path=names)
