"""Mutants of each policy: dropped, open to all rows, with a weaker condition, restrictive, for PUBLIC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect.mutants import declared, lint, mutant, parity
from pgproof.mutation.body import weakened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connect.mutants import Group, Mutant
    from pgproof.catalog import Catalog

_COMMANDS = {"r": "select", "a": "insert", "w": "update", "d": "delete"}
_EXPRESSIONS = {"using": "USING", "with check": "WITH CHECK"}


def mutants(catalog: Catalog) -> Iterator[Mutant]:
    """Yield mutants named policy-NAME-dropped, -restrictive, -public, -using-open, -check-open, -using-condition-1…"""
    for identity, policy in catalog.of_kind("policy").items():
        table, name = identity.split(" ")
        behaviour = _behaviour(table, _COMMANDS[policy["command"]])
        exact, same = declared("policy_as_declared"), parity("policy")
        drop = f"DROP POLICY {name} ON {table}"
        yield mutant(f"policy-{name}-dropped", drop, behaviour, exact, same)
        restrictive = f"{drop}; {_definition(table, name, policy, 'RESTRICTIVE')}"
        yield mutant(f"policy-{name}-restrictive", restrictive, behaviour, exact, same)
        # PUBLIC has no grants on the table, so no caller notices.
        yield mutant(f"policy-{name}-public", f"ALTER POLICY {name} ON {table} TO PUBLIC", exact, same)
        for part, words in _EXPRESSIONS.items():
            if policy[part] is None:
                continue
            # No column grant allows the updates that this check would refuse.
            tested = () if (policy["command"], part) == ("w", "with check") else (behaviour,)
            title = f"policy-{name}-{part.split()[-1]}"
            for what, expression in (("open", "true"), *weakened(policy[part], statements=False)):
                change = f"ALTER POLICY {name} ON {table} {words} ({expression})"
                reads = [lint("strangers_read_chats")] if (policy["command"], what) == ("r", "open") else []
                yield mutant(f"{title}-{what}", change, *tested, *reads, exact, same)


def _behaviour(table: str, command: str) -> Group:
    return (
        f"tests/security/test_row_security.py::test_{command}_obeys_row_security[{{env}}-{table.removeprefix('public.')}]",
        "tests/security/test_policies.py::test_forgery_is_refused[{env}",
        "tests/security/test_policies.py::test_a_user_makes_a_chat_and_brings_people_in[{env}",
        "tests/security/test_policies.py::test_who_joins_gets_the_row_back[{env}",
        "tests/security/test_policies.py::test_a_chat_of_ones_own_opens_no_other[{env}",
    )


def _definition(table: str, name: str, policy: Mapping[str, Any], permissive: str) -> str:
    expressions = "".join(f" {words} ({policy[part]})" for part, words in _EXPRESSIONS.items() if policy[part])
    command, roles = _COMMANDS[policy["command"]], ", ".join(policy["roles"])
    return f"CREATE POLICY {name} ON {table} AS {permissive} FOR {command} TO {roles}{expressions}"
