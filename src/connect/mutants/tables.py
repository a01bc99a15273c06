"""Mutants of each table: row-level security, replica identity, publication, owner; and of the publication itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.mutants import lint, mutant, parity, validation
from connect.schema import SCHEMAS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.mutants import Mutant
    from pgproof.catalog import Catalog

_REALTIME = "tests/schema/test_realtime.py::"
_ROLES = "tests/security/test_roles.py::"
_OPERATIONS = ("insert", "update", "delete", "truncate")
_OTHER_OWNERS = ("authenticated", "service_role")


def mutants(catalog: Catalog, checks: frozenset[str]) -> Iterator[Mutant]:
    """Yield mutants named table-NAME-…, publication-… and schema-NAME-owner. checks: the names of the rows of 004."""
    for table in TABLES:
        assert f"published {table}" in checks, f"004 says nothing of table {table}"
        yield from _row_security(table)
        yield from _replica_identity(table)
        yield from _published(catalog, table)
        for owner in _OTHER_OWNERS:
            owned = f"{_ROLES}test_owner_is_an_administrator[{{env}}-relation public.{table}]"
            change = f"ALTER TABLE public.{table} OWNER TO {owner}"
            yield mutant(f"table-{table}-owner-{owner}", change, owned, parity("relation"))
    yield from _publication()
    for schema in SCHEMAS:
        owned = f"{_ROLES}test_owner_is_an_administrator[{{env}}-schema {schema}]"
        change = f"ALTER SCHEMA {schema} OWNER TO authenticated"
        yield mutant(f"schema-{schema}-owner", change, owned, parity("schema"))


def _row_security(table: str) -> Iterator[Mutant]:
    effective = f"{_ROLES}test_row_security_is_effective[{{env}}-{table}]"
    yield mutant(
        f"table-{table}-row-security-off",
        f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY",
        f"tests/schema/test_columns.py::test_table_has_row_security[{{env}}-{table}]",
        validation(f"row-level security {table}"),
        effective,
        lint("rls_disabled_in_public"),
        lint("policy_exists_rls_disabled"),
        lint("published_without_rls"),
        parity("relation"),
    )
    forced = f"ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY"
    yield mutant(f"table-{table}-row-security-forced", forced, effective, parity("relation"))


def _replica_identity(table: str) -> Iterator[Mutant]:
    for what, how in (("default", "DEFAULT"), ("nothing", "NOTHING"), ("index", f"USING INDEX {table}_pkey")):
        yield mutant(
            f"table-{table}-replica-identity-{what}",
            f"ALTER TABLE public.{table} REPLICA IDENTITY {how}",
            f"{_REALTIME}test_replica_identity_is_full[{{env}}-{table}]",
            validation(f"replica identity {table}"),
            parity("relation"),
        )


def _published(catalog: Catalog, table: str) -> Iterator[Mutant]:
    out = f"ALTER PUBLICATION supabase_realtime DROP TABLE public.{table}"
    again = f"{out}; ALTER PUBLICATION supabase_realtime ADD TABLE public.{table}"
    columns = ", ".join(list(catalog.column_order[f"public.{table}"])[:-1])
    strict = f"tests/schema/own_baseline/test_realtime.py::test_table_is_published_whole[{{env}}-{table}]"
    criterion = f"{_REALTIME}test_table_is_published[{{env}}-{table}]"
    row, same = validation(f"published {table}"), parity("published table")
    yield mutant(f"table-{table}-published-not", out, strict, criterion, row, same)
    yield mutant(f"table-{table}-published-rows", f"{again} WHERE (id IS NOT NULL)", strict, criterion, row, same)
    yield mutant(f"table-{table}-published-columns", f"{again} ({columns})", strict, criterion, row, same)


def _publication() -> Iterator[Mutant]:
    for operation in _OPERATIONS:
        others = ", ".join(each for each in _OPERATIONS if each != operation)
        # Realtime does not forward a TRUNCATE, so only the difference between the environments is wrong then.
        tested = () if operation == "truncate" else (f"{_REALTIME}test_operation_is_published[{{env}}-{operation}]",)
        change = f"ALTER PUBLICATION supabase_realtime SET (publish = '{others}')"
        yield mutant(f"publication-{operation}", change, *tested, parity("publication"))
    dropped = f"{_REALTIME}test_operation_is_published[{{env}}-insert]"
    needs = lint("published_without_rls")
    yield mutant("publication-dropped", "DROP PUBLICATION supabase_realtime", dropped, needs, parity("publication"))
    owner = "ALTER PUBLICATION supabase_realtime OWNER TO service_role"
    yield mutant("publication-owner", owner, parity("publication"))
