"""The messaging objects of an environment's catalog, as far as two environments must have the same."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from connect.schema import SCHEMA, SCHEMAS, TABLES

if TYPE_CHECKING:
    from pgproof.catalog import Catalog, Key

# What sql/verifier_role.sql makes where an environment is judged live; its role is no part of the system.
VERIFIER = "connect_verifier"
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
    roots = {("schema", name) for name in SCHEMAS}
    roots |= {("relation", f"public.{table}") for table in TABLES}
    roots |= {("publication", SCHEMA.publication)}
    called = {
        match[1]
        for attributes in catalog.of_kind("trigger").values()
        if (match := re.search(r" EXECUTE FUNCTION (\S+?\(.*\))$", attributes["definition"]))
        and any(f" ON public.{table} " in attributes["definition"] for table in TABLES)
    }
    roots |= {
        ("function", identity)
        for identity in catalog.of_kind("function")
        if identity.startswith((*(f"{name}(" for name in SCHEMA.functions), "private.")) or identity in called
    }

    def belongs(key: Key) -> bool:
        if VERIFIER in key[1].rpartition(" ")[2]:
            return False
        if key in roots:
            return True
        parent = catalog.parents.get(key)
        # A schema holds what is no part of the messaging system; only its grants are its own.
        return parent is not None and (key[0] == "grant" or parent[0] != "schema") and belongs(parent)

    return replace(catalog, objects={key: it for key, it in catalog.objects.items() if belongs(key)})


def of_kind(catalog: Catalog, kind: str) -> Catalog:
    """Only the objects of this kind."""
    return replace(catalog, objects={key: value for key, value in catalog.objects.items() if key[0] == kind})
