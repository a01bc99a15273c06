"""The messaging objects of an environment's catalog, as far as two environments must be the same."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from connect.guide import types
from connect.hooks import ConnectHooks
from connect.schema import SCHEMA, SCHEMAS, TABLES
from pgproof.catalog import statements

if TYPE_CHECKING:
    from pgproof.catalog import Catalog, Key

# The role that sql/verifier_role.sql creates where an environment is judged live; it is not part of the system.
VERIFIER = ConnectHooks.verifier_role
_CALL = re.compile(r'((?:"[^"]*"|\w+)\.(?:"[^"]*"|\w+))\(')
# In the order in which their statements can run.
KINDS = statements.KINDS


def messaging(catalog: Catalog) -> Catalog:
    """Return only the schemas, tables, functions and publication of schema.toml, with everything that belongs to them.

    So do the enums and domains that the tables' columns have, as far as their schema was read. The grants and policies
    of the verifier are left out, and so is the schema in which 002 keeps what it replaced.
    """
    roots = {("schema", name) for name in SCHEMAS}
    roots |= {("relation", f"public.{table}") for table in TABLES}
    roots |= {("publication", SCHEMA.publication)}
    roots |= {
        ("type", name)
        for identity, column in catalog.of_kind("column").items()
        if catalog.parents["column", identity] in roots
        for name in types.made_of(catalog, column["type"])
    }
    called = {
        match[1]
        for attributes in catalog.of_kind("trigger").values()
        if (match := re.search(r" EXECUTE FUNCTION (\S+?\(.*\))$", attributes["definition"]))
        and any(f" ON public.{table} " in attributes["definition"] for table in TABLES)
    }
    # What decides who sees which rows is as much a part of the system as the policy that asks it.
    asked = {
        name
        for identity, policy in catalog.of_kind("policy").items()
        if catalog.parents["policy", identity] in roots
        for name in _CALL.findall(f"{policy['using']} {policy['with check']}")
    }
    ours = tuple(f"{name}(" for name in (*SCHEMA.functions, *asked))
    roots |= {
        ("function", identity)
        for identity in catalog.of_kind("function")
        if identity.startswith((*ours, "private.")) or identity in called
    }

    def belongs(key: Key) -> bool:
        if VERIFIER in key[1].rpartition(" ")[2]:
            return False
        if key in roots:
            return True
        parent = catalog.parents.get(key)
        # A schema also holds objects outside the messaging system; only its grants belong to it.
        return parent is not None and (key[0] == "grant" or parent[0] != "schema") and belongs(parent)

    return replace(catalog, objects={key: it for key, it in catalog.objects.items() if belongs(key)})
