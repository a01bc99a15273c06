"""What is declared and no linter can know: the exact policies, column grants and function bodies.

The declarations are schema.toml and, for bodies, sql/. A difference is a violation like a linter's: it can be accepted
for a time in tests/security/accepted.toml. Whether the declarations are right is shown, on replicas, by the tests that
act as each caller.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from connect import paths
from connect.parity import VERIFIER
from connect.schema import SCHEMA, TABLES, one_line
from pgproof.lints import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

WHY = {
    "policy_as_declared": "The policy differs from the one that was tested, so others may see or write rows.",
    "column_grant_as_declared": "The columns that the API role may write differ from those that were tested.",
    "function_as_declared": "The function differs from the one that was tested.",
    "unknown_function": "It uses the chat, and it is not declared who may call it, and what should happen then.",
}
RULES = tuple(WHY)
_TO_DO = "compare it with sql/baseline/messaging.sql and sql/002_function_updates_staging.sql"
_API = ("PUBLIC", "anon", "authenticated")


def violations(catalog: Catalog) -> Iterator[Violation]:
    """Yield each policy, column grant and function that differs from its declaration, and each unknown function.

    The policies of verifier_role.sql are left out.
    """
    for rule, found, declared in (
        ("policy_as_declared", _policies(catalog), _declared_policies()),
        ("column_grant_as_declared", _column_grants(catalog), _declared_column_grants()),
        ("function_as_declared", _bodies(catalog), _declared_bodies()),
    ):
        for name in sorted(found.keys() | declared.keys()):
            if found.get(name) != declared.get(name):
                detail = f"is {found.get(name, 'missing')}, declared as {declared.get(name, 'nothing')}"
                yield Violation(
                    rule, name, detail if len(detail) < 400 else "its definition differs from the one in sql/", _TO_DO
                )
    yield from _unknown_functions(catalog)


def _unknown_functions(catalog: Catalog) -> Iterator[Violation]:
    """Yield each function for the API that uses the chat and that schema.toml does not declare.

    What any other function does, the linter judges.
    """
    declared = {function.identity for function in SCHEMA.functions.values()}
    for identity, each in sorted(catalog.of_kind("function").items()):
        if not identity.startswith("public.") or identity in declared or each["result"] == "trigger":
            continue
        callers = [who for who in _API if catalog.get("grant", f"function {identity} to {who}")]
        used = used_of_the_chat(each["body"] or "")
        if callers and used:
            detail = f"{' and '.join(callers)} can call it, it uses {', '.join(used)}, and nothing says how"
            to_do = "declare it in schema.toml, and in test_function_matrix.py what each caller should get"
            yield Violation("unknown_function", identity, detail, to_do)


def used_of_the_chat(body: str) -> list[str]:
    """Return the messaging tables and functions that a function's body names."""
    words = set(re.findall(r"\w+", body))
    return [
        name for name in (*TABLES, *(each.name for each in SCHEMA.functions.values())) if name.split(".")[-1] in words
    ]


def _policies(catalog: Catalog) -> dict[str, str]:
    parts = "command", "permissive", "roles"
    return {
        identity.removeprefix("public."): str(
            (
                *(each[part] for part in parts),
                *(each[part] and one_line(each[part]) for part in ("using", "with check")),
            )
        )
        for identity, each in catalog.of_kind("policy").items()
        if identity.split()[0].removeprefix("public.") in TABLES and not identity.endswith(f" {VERIFIER}_select")
    }


def _declared_policies() -> dict[str, str]:
    return {
        f"{table} {name}": str((policy.code, True, ["authenticated"], policy.using, policy.check))
        for table, name, policy in SCHEMA.of_tables("policies")
    }


def _column_grants(catalog: Catalog) -> dict[str, str]:
    found: dict[str, str] = {}
    for identity, each in catalog.of_kind("grant").items():
        thing, _, grantee = identity.rpartition(" to ")
        column = thing.removeprefix("column public.")
        if grantee == "authenticated" and column != thing and column.split(".")[0] in TABLES:
            found[column] = ", ".join(each["privileges"])
    return found


def _declared_column_grants() -> dict[str, str]:
    grants: dict[str, list[str]] = {}
    for name, table in SCHEMA.tables.items():
        for privilege, columns in (("INSERT", table.insert), ("UPDATE", table.update)):
            for column in columns:
                grants.setdefault(f"{name}.{column}", []).append(privilege)
    return {column: ", ".join(privileges) for column, privileges in grants.items()}


def _bodies(catalog: Catalog) -> dict[str, str]:
    found = {
        identity.split("(")[0]: one_line(each["body"] or "") for identity, each in catalog.of_kind("function").items()
    }
    return {name: body for name, body in found.items() if name in _declared_bodies()}


@cache
def _declared_bodies() -> dict[str, str]:
    files = (paths.SQL / "baseline" / "messaging.sql", paths.SQL / "002_function_updates_staging.sql")
    text = "\n".join(file.read_text() for file in files)
    pattern = r"CREATE FUNCTION ([\w.]+)\(.*?AS (\$(?:function)?\$)(.*?)\2;"
    return {name: one_line(body) for name, _, body in re.findall(pattern, text, flags=re.DOTALL)}
