"""The planner's names for objects in the words of the catalog and of diff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.rehearsal.forms import quoted

if TYPE_CHECKING:
    from pgproof.alignment.planner import Action, Id

_KINDS = {
    "default": "column",
    "procedure": "function",
    "aggregate": "function",
    "domain": "type",
    "typeAttribute": "type",
    "materializedView": "materialized view",
    "foreignTable": "foreign table",
    "publicationRel": "published table",
    "publicationSchema": "published schema",
    "eventTrigger": "event trigger",
    "fdw": "foreign data wrapper",
    "server": "foreign server",
    "userMapping": "user mapping",
    "acl": "grant",
    "securityLabel": "security label",
    "defaultPrivilege": "default privileges",
}
_RELATIONS = ("table", "view", "materializedView", "foreignTable", "sequence")
# What the planner mentions with nearly every action, and what no order follows from.
AMBIENT = ("schema", "role", "extension", "language")
_LOCKS = {
    "none": "",
    "share": "SHARE",
    "shareRowExclusive": "SHARE ROW EXCLUSIVE",
    "shareUpdateExclusive": "SHARE UPDATE EXCLUSIVE",
    "accessExclusive": "ACCESS EXCLUSIVE",
}


@dataclass(frozen=True)
class Object:
    """An object. kind: in the words of diff. identity: in the catalog. schema: plain, "" outside of schemas.

    relation: the identity of the table, view or sequence that it is or belongs to, None if there is none.
    """

    kind: str
    identity: str
    schema: str = ""
    relation: str | None = None


def of(found: Id) -> Object:
    """Return the object of one of the planner's ids."""
    if "target" in found:
        return _about_another(found)
    kind, schema, name = (str(found.get(each) or "") for each in ("kind", "schema", "name"))
    word = _KINDS.get(kind, kind)
    if "table" in found:
        table = f"{quoted(schema)}.{quoted(str(found['table']))}"
        if kind == "publicationRel":
            return Object(word, f"{found['publication']} {table}", schema, table)
        return Object(word, f"{table}{'.' if word == 'column' else ' '}{quoted(name)}", schema, table)
    if kind == "schema" or not schema or not (name or "type" in found):
        return Object(word, quoted(name) if name else str(found), name if kind == "schema" else schema)
    identity = f"{quoted(schema)}.{quoted(str(found['type']) if kind == 'typeAttribute' else name)}"
    arguments = f"({', '.join(found['args'])})" if "args" in found else ""
    return Object(word, identity + arguments, schema, identity if kind in _RELATIONS else None)


def _about_another(found: Id) -> Object:
    """Return a comment as what it is on, and a grant or a label by what it is on and to whom."""
    about = of(found["target"])
    if found["kind"] == "comment":
        return about
    word, to = _KINDS.get(str(found["kind"]), str(found["kind"])), found.get("grantee", found.get("provider", ""))
    return Object(word, f"{about.kind} {about.identity} to {to}", about.schema, about.relation)


def subject(action: Action) -> Object:
    """Return what an action is about."""
    for ids in (action.produces, action.destroys, action.consumes):
        for each in ids:
            if ids is not action.consumes or each["kind"] not in AMBIENT:
                return of(each)
    return of((*action.consumes, {"kind": "schema", "name": ""})[0])


def related(action: Action) -> list[Object]:
    """Return every object that an action makes, changes, needs or drops, but for schemas, roles and the like."""
    ids = (*action.produces, *action.destroys, *action.consumes, *action.releases)
    return [of(each) for each in ids if each["kind"] not in AMBIENT]


def lock(action: Action) -> str:
    """Return the lock that an action takes on existing tables, in the words of LOCK TABLE, "" for none."""
    return _LOCKS[action.lock]
