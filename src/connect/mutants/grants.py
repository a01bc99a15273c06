"""Mutants of each privilege on a table, column or schema: revoked where it is granted, granted where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.mutants import declared, lint, mutant, parity
from connect.schema import SCHEMAS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.mutants import Mutant
    from pgproof.catalog import Catalog

_ROLES = "tests/security/test_roles.py::"
_ON_TABLES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_PASSING = _ON_TABLES[4:]
_ON_SCHEMAS = ("USAGE", "CREATE")
_SAME = parity("grant")
# Of the columns that connect.hardening names, those of a table that signed-in users may write at all.
_KEPT = (
    ("chat_messages", "seq", "INSERT"),
    ("chat_messages", "seq", "UPDATE"),
    ("chat_messages", "status", "INSERT"),
    ("chat_messages", "status", "UPDATE"),
    ("chats", "last_message_at", "UPDATE"),
)


def mutants(catalog: Catalog) -> Iterator[Mutant]:
    """Yield mutants named grant-THING-ROLE-PRIVILEGE; whether it is granted or revoked depends on the catalog."""
    for table in TABLES:
        yield from _of_table(catalog, table)
    for identity in catalog.of_kind("column"):
        table, _, column = identity.removeprefix("public.").partition(".")
        if table in TABLES:
            yield from _of_column(catalog, table, column)
    for schema in SCHEMAS:
        for who in ("PUBLIC", "anon", "authenticated", "service_role"):
            for privilege in _ON_SCHEMAS:
                tested = [f"{_ROLES}test_schema_privileges_only_look_names_up[{{env}}-{schema}]"]
                if (schema, who, privilege) == ("public", "PUBLIC", "USAGE"):
                    # Every role that needs it has its own grant.
                    tested = []
                name = f"grant-{schema}-{who.lower()}-{privilege.lower()}"
                yield mutant(name, _turned(catalog, f"schema {schema}", who, privilege), *tested, _SAME)


def _of_table(catalog: Catalog, table: str) -> Iterator[Mutant]:
    strangers = lint("anon_reaches_messaging")
    closed = f"{_ROLES}test_anon_and_public_have_nothing[{{env}}-{table}]"
    for who in ("PUBLIC", "anon"):
        change = _turned(catalog, f"relation public.{table}", who, "SELECT")
        yield mutant(f"grant-{table}-{who.lower()}-select", change, closed, strangers, _SAME)
    column = f"GRANT SELECT (id) ON public.{table} TO anon"
    yield mutant(f"grant-{table}.id-anon-select", column, closed, strangers, _SAME)
    exact = f"{_ROLES}test_table_privileges_are_as_declared[{{env}}-{table}]"
    for privilege in _ON_TABLES:
        change = _turned(catalog, f"relation public.{table}", "authenticated", privilege)
        harder = [lint("api_passes_row_security")] if privilege in _PASSING else []
        yield mutant(f"grant-{table}-authenticated-{privilege.lower()}", change, exact, *harder, _SAME)
    handed_on = f"GRANT SELECT ON public.{table} TO authenticated WITH GRANT OPTION"
    yield mutant(f"grant-{table}-authenticated-grant-option", handed_on, exact, _SAME)
    served = f"tests/security/test_row_security.py::test_select_obeys_row_security[{{env}}-{table}]"
    revoked = f"REVOKE ALL ON public.{table} FROM service_role"
    yield mutant(f"grant-{table}-service_role-all", revoked, served, _SAME)


def _of_column(catalog: Catalog, table: str, column: str) -> Iterator[Mutant]:
    for privilege in ("INSERT", "UPDATE"):
        change = _turned(catalog, f"column public.{table}.{column}", "authenticated", privilege)
        kept = (table, column, privilege) in _KEPT and change.startswith("GRANT")
        harder = [lint("api_writes_what_functions_keep")] if kept else []
        name = f"grant-{table}.{column}-authenticated-{privilege.lower()}"
        yield mutant(name, change, declared("column_grant_as_declared"), *harder, _SAME)


def _turned(catalog: Catalog, thing: str, who: str, privilege: str) -> str:
    """Return a GRANT if the role lacks the privilege, a REVOKE if it has it. thing: as the catalog names it."""
    there = privilege in catalog.get("grant", f"{thing} to {who}").get("privileges", ())
    verb, word = ("REVOKE", "FROM") if there else ("GRANT", "TO")
    kind, _, name = thing.partition(" ")
    on = {"relation": f"TABLE {name}", "schema": f"SCHEMA {name}"}.get(kind, f"TABLE {name.rpartition('.')[0]}")
    columns = f" ({name.rpartition('.')[2]})" if kind == "column" else ""
    return f"{verb} {privilege}{columns} ON {on} {word} {who}"
