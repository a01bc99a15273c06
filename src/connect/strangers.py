"""Who reads a chat without being in it, as far as a policy says so by itself: advice, like connect.hardening.

A condition that asks anything of the row, or calls a function of the project's, may be right, and is not judged here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connect.schema import TABLES
from pgproof.lints import Rule, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from pgproof.catalog import Catalog

_SIGNED_IN, _EVERYBODY = "authenticated", "PUBLIC"
_READS = ("r", "*")
# True of every row for everybody who signed in, as PostgreSQL spells it, without brackets.
_OPEN = re.compile(
    r"true"
    r"|(select )?auth\.(uid|jwt|role)( as \w+)? is not null"
    r"|(select )?auth\.role( as role)? = 'authenticated'::text"
)

RULES = (
    Rule(
        "strangers_read_chats",
        "ERROR",
        "Who signs up reads what others wrote to each other: the API gives every row of the table to everybody who has"
        " an account.",
        "policy shows a chat to everybody who signed in",
        "policies show a chat to everybody who signed in",
    ),
)


def violations(catalog: Catalog) -> Iterator[Violation]:
    """Yield the policies by which everybody who signed in reads a messaging table. catalog: of the messaging schemas.

    A restrictive policy for the same people may take back what another one gives, so that nothing is said then.
    """
    policies = {identity: each for identity, each in catalog.of_kind("policy").items() if each["command"] in _READS}
    for identity, policy in sorted(policies.items()):
        table, _, name = identity.partition(" ")
        if table.removeprefix("public.") not in TABLES or not _applies(policy) or not policy["permissive"]:
            continue
        narrowed = any(
            other.startswith(f"{table} ") and not each["permissive"] and _applies(each)
            for other, each in policies.items()
        )
        if not narrowed and _is_open(policy["using"]) and _may_read(catalog, table):
            yield Violation(
                "strangers_read_chats",
                f"{table}: {name}",
                f"is true of every row: {policy['using']}",
                f"let policy {name} on {table} ask whether the caller is in the row's chat",
            )


def _applies(policy: Mapping[str, Any]) -> bool:
    return bool({_SIGNED_IN, _EVERYBODY} & set(policy["roles"]))


def _is_open(using: str | None) -> bool:
    return _OPEN.fullmatch(" ".join(re.sub(r"[()]", " ", using or "").lower().split())) is not None


def _may_read(catalog: Catalog, table: str) -> bool:
    """Return whether signed-in users have a privilege to read the table, or a column of it, and policies count."""
    if not catalog.get("relation", table).get("row security"):
        return False
    for identity, grant in catalog.of_kind("grant").items():
        thing, _, who = identity.rpartition(" to ")
        kind, _, name = thing.partition(" ")
        ours = (kind == "relation" and name == table) or (kind == "column" and name.rpartition(".")[0] == table)
        reads = any(privilege.split(" with ")[0] == "SELECT" for privilege in grant["privileges"])
        if ours and who in (_SIGNED_IN, _EVERYBODY) and reads:
            return True
    return False
