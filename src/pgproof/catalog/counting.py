"""What of two catalogs counts when they are compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pgproof.catalog import connections

if TYPE_CHECKING:
    from pgproof.catalog import Catalog, Key

# What an expression is bound to.
CALLS = "calls"
# What stands for the settings of all roles, and is not a role.
EVERY_ROLE = "ALL"
OF_ROLES = ("membership", "role")
# What the first reading of a catalog did not have; see READING.
ROLES_SINCE = 2
_SINCE_2 = {"changed grant", "extension member", "membership", "role"}
_NEW_ATTRIBUTES = {
    "extension": {"owners of members"},
    "subscription": {
        connections.CONNECTION,
        connections.PASSWORDS,
        "disable on error",
        "failover",
        "origin",
        "password required",
        "run as owner",
        "streaming",
        "two-phase",
    },
}


def counted(catalog: Catalog, reading: int, named: frozenset[str] | None) -> Catalog:
    """Leave out what does not count.

    That is: tables that a publication has by schema or as FOR ALL TABLES, which follows from other objects; roles that
    are not named, unless named is None; and what the older of two readings does not have.
    """
    follows = {
        key
        for key, attributes in catalog.objects.items()
        if (key[0] == "published table" and attributes.get("by name") is False)
        or (named is not None and key[0] in OF_ROLES and not _is_named(key, catalog, named))
        or (reading < ROLES_SINCE and (key[0] in _SINCE_2 or catalog.parents.get(key, key)[0] == "extension member"))
    }
    objects = {key: attributes for key, attributes in catalog.objects.items() if key not in follows}
    if reading < ROLES_SINCE:
        objects = {
            key: {
                name: value
                for name, value in attributes.items()
                if name != CALLS and name not in _NEW_ATTRIBUTES.get(key[0], ())
            }
            for key, attributes in objects.items()
        }
    return replace(catalog, objects=objects)


def _is_named(key: Key, catalog: Catalog, named: frozenset[str]) -> bool:
    role = key[1] if key[0] == "role" else catalog.parents[key][1]
    return role in named or (role == EVERY_ROLE and bool(named))
