"""What a record holds of a catalog: everything that the project's own people made, and what they could change.

On Supabase the platform's schemas change with every upgrade, and get new partitions every day. Of these a record holds
triggers, rules and policies, whether row security is on, and what the API roles may do. Objects of the platform
itself have kinds of their own, such as "platform table"; they are compared where both sides have them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pgproof.catalog.counting import EVERY_ROLE
from pgproof.supabase import API_ROLES, OWN_PUBLICATION, PLATFORM_ROLE, PLATFORM_ROLES, SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pgproof.catalog import Catalog, Key
    from pgproof.project import Project

    # An object as a record holds it: key, attributes and parent.
    _Kept = tuple[Key, Mapping[str, Any], Key | None]

PLATFORM = "platform "
_RELATION, _TABLE = "relation", f"{PLATFORM}table"
_SEQUENCE = "S"
_ON_TABLES = ("policy", "rule", "trigger")
_OF_TABLE = ("kind", "row security", "row security forced")
# What of the platform's own objects is held beside their names.
_MARKED: dict[str, tuple[str, ...]] = {"event trigger": ("enabled",), "function": (), "schema": ()}
_GRANTED = ("column", "function", _RELATION, "schema")
# Their identity begins with their schema, although they belong to no object.
_IN_SCHEMAS = ("collation", "conversion", "operator", "statistics", "text search")


def of(found: Catalog, project: Project) -> Catalog:
    """Return what a record of this project holds, before secrets are replaced."""
    return reduce(found, supabase=project.platform == "supabase", verifier=project.hooks.verifying_role)


def reduce(found: Catalog, *, supabase: bool, verifier: str | None) -> Catalog:
    """Return what a record holds. supabase: whether the platform's schemas are. verifier: the role that only verifies.

    The role's grants and policies are left out, and so are the tables that a publication has by schema or as a whole:
    these follow from other objects.
    """
    own = replace(found, objects=dict(_published_by_name(found.objects)))
    left_out = {verifier} | {
        identity
        for identity in found.of_kind("role")
        if (identity not in found.named_roles and identity != EVERY_ROLE) or (supabase and _is_the_platforms(identity))
    }
    own = replace(
        own, objects={key: value for key, value in own.objects.items() if not _is_of_role(key, found, left_out)}
    )
    own = replace(own, named_roles=found.named_roles - left_out)
    if verifier is not None:
        own = replace(own, objects=dict(_without_role(own.objects, verifier)))
    return _without_platform(own) if supabase else own


def comparable(one: Catalog, other: Catalog) -> tuple[Catalog, Catalog]:
    """Leave out what the platform has on one side only, with the grants on it: an upgrade brought or removed it."""
    alone = {key for key in one.objects.keys() ^ other.objects.keys() if key[0].startswith(PLATFORM)}

    def reduced(catalog: Catalog) -> Catalog:
        return replace(
            catalog,
            objects={
                key: attributes
                for key, attributes in catalog.objects.items()
                if key not in alone and not (key[0] == "grant" and catalog.parents.get(key) in alone)
            },
        )

    return reduced(one), reduced(other)


def is_on_platform(found: Catalog, key: Key) -> bool:
    """Return whether an object that a record holds is one of the platform's, or a grant on one."""
    kind = found.parents.get(key, key)[0] if key[0] == "grant" else key[0]
    return kind.startswith(PLATFORM)


def schema_in(identity: str) -> str:
    """Return the schema with which an identity begins, such as "public" of "public.rooms"."""
    found = re.match(r'"(?:[^"]|"")*"|[^."]+', identity)
    return found[0] if found else ""


def _is_the_platforms(role: str) -> bool:
    return role.startswith(PLATFORM_ROLE) or role in PLATFORM_ROLES


def _is_of_role(key: Key, found: Catalog, roles: Collection[str | None]) -> bool:
    """Return whether an object is one of these roles, or says what it is a member of."""
    return (key[1] if key[0] == "role" else found.parents[key][1] if key[0] == "membership" else "") in roles


def _published_by_name(objects: Mapping[Key, Mapping[str, Any]]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    for key, attributes in objects.items():
        if key[0] == "published table":
            if not attributes["by name"]:
                continue
            if not attributes["column list"]:
                # All columns, which a new one does not change.
                yield key, {**attributes, "columns": None}
                continue
        yield key, attributes


def _without_role(objects: Mapping[Key, Mapping[str, Any]], role: str) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    for key, attributes in objects.items():
        kind, identity = key
        if kind == "grant" and identity.endswith(f" to {role}"):
            continue
        if kind == "policy" and attributes["roles"] == [role]:
            continue
        if kind == "default privileges":
            grants = attributes["grants"] or []
            left = [each for each in grants if not re.search(rf" to {re.escape(role)}\b", each)]
            if left or not grants:
                yield key, {**attributes, "grants": left}
        else:
            yield key, attributes


def _without_platform(found: Catalog) -> Catalog:
    objects: dict[Key, Mapping[str, Any]] = {}
    parents: dict[Key, Key] = {}
    for key, attributes in found.objects.items():
        parent = found.parents.get(key)
        is_platforms = _is_platforms(key, attributes, _schema(found, key))
        kept = _of_platform(found, key, attributes) if is_platforms else (key, attributes, parent)
        if kept is None:
            continue
        name, what, above = kept
        objects[name] = what
        if above is not None:
            parents[name] = above
    order = {table: names for table, names in found.column_order.items() if (_RELATION, table) in objects}
    return replace(found, objects=objects, parents=parents, column_order=order)


def _is_platforms(key: Key, attributes: Mapping[str, Any], schema: str | None) -> bool:
    kind, identity = key
    if kind == "extension member":
        return schema_in(identity) in SCHEMAS
    if kind == "changed grant":
        return _is_the_platforms(identity.rpartition(" to ")[2])
    if kind == "event trigger":
        return schema_in(attributes["function"]) in SCHEMAS
    if kind in {"publication", "published table"}:
        # Which tables the project's own publications have is the project's choice, even of the platform's tables.
        return identity.split(" ")[0] == OWN_PUBLICATION
    return schema in SCHEMAS


def _schema(found: Catalog, key: Key) -> str | None:
    """Return the schema that an object lies in, None if it lies in none."""
    while key[0] != "schema":
        parent = found.parents.get(key)
        if parent is None:
            return schema_in(key[1]) if key[0].startswith(_IN_SCHEMAS) else None
        key = parent
    return key[1]


def _of_platform(found: Catalog, key: Key, attributes: Mapping[str, Any]) -> _Kept | None:
    """Return what a record holds of one of the platform's objects, None for nothing."""
    kind, identity = key
    parent = found.parents.get(key)
    if kind in _MARKED:
        own = {name: attributes[name] for name in _MARKED[kind]}
        return (f"{PLATFORM}{kind}", identity), own, None
    if kind == _RELATION and _is_table(attributes):
        return (_TABLE, identity), {name: attributes[name] for name in _OF_TABLE}, None
    if kind == "grant" and parent is not None and parent[0] in _GRANTED:
        return _grant(found, key, attributes, parent)
    if kind in _ON_TABLES and parent is not None and _is_table(found.objects.get(parent, {})):
        if kind == "trigger" and f" EXECUTE FUNCTION {schema_in(parent[1])}." in attributes["definition"]:
            # The platform's own; what it does is the platform's affair.
            return (f"{PLATFORM}{kind}", identity), {"enabled": attributes["enabled"]}, None
        return key, attributes, (_TABLE, parent[1])
    return None


def _grant(found: Catalog, key: Key, attributes: Mapping[str, Any], parent: Key) -> _Kept | None:
    if not key[1].endswith(tuple(f" to {role}" for role in (*API_ROLES, "PUBLIC"))):
        return None
    if parent[0] == "column":
        parent = found.parents[parent]
    if parent[0] != _RELATION:
        return key, attributes, (f"{PLATFORM}{parent[0]}", parent[1])
    return (key, attributes, (_TABLE, parent[1])) if _is_table(found.objects.get(parent, {})) else None


def _is_table(attributes: Mapping[str, Any]) -> bool:
    """Return whether a relation is a table or view that stays: no sequence, and no partition."""
    return attributes.get("kind", _SEQUENCE) != _SEQUENCE and attributes.get("partition bound") is None
