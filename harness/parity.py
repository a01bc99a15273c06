"""The messaging objects of an environment's catalog, as far as two environments must have the same."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.catalog import MESSAGING_SCHEMAS, MESSAGING_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.catalog import Catalog, Key

# What sql/verifier_role.sql makes where an environment is judged live; its role is no part of the system.
_VERIFIER = "connect_verifier"
# By such a comment the rollback knows what a migration made; each environment has migrations of its own.
_MARK = "connect-migration: "
_PUBLICATION = "supabase_realtime"
_FUNCTIONS = (
    "assign_message_seq",
    "mark_messages_as_read",
    "mark_messages_as_delivered",
    "get_unread_count",
    "get_latest_seq",
    "update_chat_last_message_at",
)
KINDS = (
    "schema",
    "relation",
    "column",
    "constraint",
    "index",
    "sequence",
    "trigger",
    "rule",
    "policy",
    "function",
    "grant",
    "publication",
    "published table",
    "statistics",
)


def messaging(catalog: Catalog) -> Catalog:
    """The two schemas, the five tables and the functions, with all that goes with them; without the verifier's."""
    roots = {("schema", name) for name in MESSAGING_SCHEMAS}
    roots |= {("relation", f"public.{table}") for table in MESSAGING_TABLES}
    roots |= {("publication", _PUBLICATION)}
    called = {
        match[1]
        for attributes in catalog.of_kind("trigger").values()
        if (match := re.search(r" EXECUTE FUNCTION (\S+?\(.*\))$", attributes["definition"]))
        and any(f" ON public.{table} " in attributes["definition"] for table in MESSAGING_TABLES)
    }
    roots |= {
        ("function", identity)
        for identity in catalog.of_kind("function")
        if identity.startswith((*(f"public.{name}(" for name in _FUNCTIONS), "private.")) or identity in called
    }

    def belongs(key: Key) -> bool:
        if _VERIFIER in key[1].rpartition(" ")[2]:
            return False
        if key in roots:
            return True
        parent = catalog.parents.get(key)
        # A schema holds what is no part of the messaging system; only its grants are its own.
        return parent is not None and (key[0] == "grant" or parent[0] != "schema") and belongs(parent)

    return replace(catalog, objects={key: _unmarked(it) for key, it in catalog.objects.items() if belongs(key)})


def _unmarked(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**attributes, "comment": None} if str(attributes.get("comment")).startswith(_MARK) else attributes


def of_kind(catalog: Catalog, kind: str) -> Catalog:
    """Only the objects of this kind."""
    return replace(catalog, objects={key: value for key, value in catalog.objects.items() if key[0] == kind})
