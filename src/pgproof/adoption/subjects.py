"""What a statement is about: the object that it makes or changes, and the roles that it names, by pglast's tree."""

from __future__ import annotations

from typing import Any

Names = tuple[str, ...]

# The attributes that hold the object, by which of them a node has.
_HOLDERS = (
    "relation",
    "table",
    "view",
    "sequence",
    "typevar",
    "into",
    "funcname",
    "func",
    "typeName",
    "domainname",
    "defnames",
    "cfgname",
    "dictname",
    "opfamilyname",
    "opclassname",
    "object",
    "objects",
    "schemaname",
    "targettype",
    "extname",
)
# The attribute with the name, of the nodes that wrap one.
_INNER = {"IntoClause": "rel", "ObjectWithArgs": "objname", "TypeName": "names"}


def subject(node: Any) -> Names:
    """Return the name of the object that a statement makes or changes, its schema first; empty if it has none."""
    if type(node).__name__ == "CreateDomainStmt":
        return _names(node.domainname)
    return next((names for holder in _HOLDERS if (names := _names(getattr(node, holder, None)))), ())


def function(node: Any) -> Names:
    """Return the name of the function that a trigger or an event trigger calls."""
    return _names(node.funcname)


def published(node: Any) -> list[Names]:
    """Return the tables, and the schemas, that a statement on a publication names."""
    found = []
    for each in node.pubobjects or ():
        found.append(_names(each.pubtable.relation) if each.pubtable is not None else _names(each.name))
    return found


def roles(node: Any) -> set[str]:
    """Return the names of all roles in a statement."""
    found = {each.rolename for each in _all_of(node, "RoleSpec") if each.rolename}
    if type(node).__name__ == "GrantRoleStmt":
        found |= {each.priv_name for each in node.granted_roles}
    return found


def grantees(node: Any) -> list[str]:
    """Return the roles that a grant or a policy is for; "" stands for PUBLIC and other words."""
    kind = type(node).__name__
    if kind == "CreatePolicyStmt":
        found = node.roles
    else:
        found = getattr(node.action if kind == "AlterDefaultPrivilegesStmt" else node, "grantees", None)
    return [each.rolename or "" for each in found or ()]


def default_for(node: Any) -> set[str]:
    """Return the roles whose new objects a statement on default privileges is about; empty for the own role."""
    options = [each for each in node.options or () if each.defname == "roles"]
    return {role.rolename for each in options for role in each.arg}


def changes_owner(node: Any) -> bool:
    """Return whether a statement does nothing but give an object another owner."""
    if type(node).__name__ == "AlterOwnerStmt":
        return True
    commands = getattr(node, "cmds", None) or ()
    return bool(commands) and all(getattr(each.subtype, "name", "") == "AT_ChangeOwner" for each in commands)


def _names(value: Any) -> Names:
    """Return the parts of a name, however the tree holds it; of a list of objects, the first one's."""
    kind = type(value).__name__
    if kind == "RangeVar":
        return tuple(filter(None, (value.schemaname, value.relname)))
    if kind == "tuple" and value and not all(type(each).__name__ == "String" for each in value):
        return _names(value[0])
    if kind in _INNER:
        return _names(getattr(value, _INNER[kind]))
    if kind == "String":
        return (value.sval,)
    return (value,) if isinstance(value, str) else tuple(each.sval for each in value or ())


def _all_of(node: Any, kind: str) -> list[Any]:
    """Return all nodes of a kind below a node."""
    if isinstance(node, tuple):
        return [found for each in node for found in _all_of(each, kind)]
    if not hasattr(node, "__slots__"):
        return []
    here = [node] if type(node).__name__ == kind else []
    return here + [found for name in node.__slots__ for found in _all_of(getattr(node, name), kind)]
