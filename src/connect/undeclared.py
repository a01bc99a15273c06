"""The objects in the messaging schemas of a database that schema.toml does not declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect import parity
from connect.schema import SCHEMA, SCHEMAS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

# Every kind of object that a schema can hold, as a catalog names them.
KINDS = parity.KINDS
# The platform grants service_role everything in public, and lets everybody look up names there.
_SERVICE = "service_role"
_USAGE = {
    "public": frozenset(("PUBLIC", "anon", "authenticated", _SERVICE, "pg_database_owner")),
    "private": frozenset(("authenticated", _SERVICE)),
}


def undeclared(catalog: Catalog, kind: str) -> list[str]:
    """Return the identities of the undeclared objects of a kind, one of KINDS. Those of the verifier are left out."""
    declared = _granted(catalog) if kind == "grant" else set(_DECLARED.get(kind, ()))
    return sorted(
        identity
        for identity in catalog.of_kind(kind)
        if identity not in declared and parity.VERIFIER not in identity.rpartition(" ")[2]
    )


def _named(what: str, template: str = "public.{table} {name}") -> Iterator[str]:
    return (template.format(table=table, name=name) for table, name, _ in SCHEMA.of_tables(what))


_KEYS = {
    f"public.{name}"
    for _, name, definition in SCHEMA.of_tables("constraints")
    if definition.startswith(("PRIMARY KEY", "UNIQUE"))
}
_DECLARED: dict[str, set[str]] = {
    "schema": set(SCHEMAS),
    "relation": {f"public.{table}" for table in TABLES},
    "column": set(_named("columns", "public.{table}.{name}")),
    "constraint": set(_named("constraints")),
    "index": set(_named("indexes", "public.{name}")) | _KEYS,
    "trigger": set(_named("triggers")),
    "policy": set(_named("policies")),
    "function": {function.identity for function in SCHEMA.functions.values()},
    "publication": {SCHEMA.publication},
    "published table": {f"{SCHEMA.publication} public.{table}" for table in TABLES},
}


def _granted(catalog: Catalog) -> set[str]:
    """Return the identities of the declared grants and of the owners' grants."""
    found = {f"schema {schema} to {who}" for schema, roles in _USAGE.items() for who in roles}
    for name, table in SCHEMA.tables.items():
        found |= {f"relation public.{name} to {who}" for who in ("authenticated", _SERVICE)}
        written = {*table.insert, *table.update}
        found |= {f"column public.{name}.{column} to authenticated" for column in written}
    for function in SCHEMA.functions.values():
        found |= {f"function {function.identity} to {who}" for who in (*function.callers, _SERVICE)}
    for kind in ("schema", "relation", "function"):
        found |= {f"{kind} {identity} to {each['owner']}" for identity, each in catalog.of_kind(kind).items()}
    return found
