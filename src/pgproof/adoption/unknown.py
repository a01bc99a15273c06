"""What a copy does not show as it is in its original: what could not be made, and what stars stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof import scrub
from pgproof.adoption import subjects
from pgproof.rehearsal.forms import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pgproof.catalog import Catalog
    from pgproof.scripts.script import Statement

# A name without a schema is one in here, unless it is a schema's own.
_DEFAULT_SCHEMA = "public"
# What follows the name of an object in the identities of what belongs to it; a function has its arguments there.
_AFTER = ("(", ".", " ")
_ONLY_ADDS = "AT_AddConstraint"
_OPERATOR = "OBJECT_OPERATOR"
# Those whose right's identity is their name and to whom.
_GRANTED = ("OBJECT_SCHEMA", "OBJECT_TABLE", "OBJECT_SEQUENCE")
# The attribute with the name of what has no schema, and of what is on a table.
_NAMED = {
    "AlterEventTrigStmt": "trigname",
    "AlterPublicationStmt": "pubname",
    "CreateEventTrigStmt": "trigname",
    "CreatePublicationStmt": "pubname",
    "CreateSchemaStmt": "schemaname",
}
_ON_TABLES = {"CreatePolicyStmt": "policy_name", "CreateTrigStmt": "trigname", "RuleStmt": "rulename"}


@dataclass(frozen=True)
class Unknown:
    """What a copy does not show as it is there, so that nothing may be concluded from how the copy has it.

    lacking: identities in the catalog of what could not be made, also without a function's arguments. starred: of what
    has stars for a secret. nameless: whether something is lacking whose name is not known. grantless: whether it comes
    from pg_dump and says nothing of grants.
    """

    lacking: frozenset[str] = frozenset()
    starred: frozenset[str] = frozenset()
    nameless: bool = False
    grantless: bool = False

    def __or__(self, other: Unknown) -> Unknown:
        """Return what either of two copies does not show."""
        return Unknown(
            self.lacking | other.lacking,
            self.starred | other.starred,
            self.nameless or other.nameless,
            self.grantless or other.grantless,
        )

    def secret(self, *catalogs: Catalog) -> frozenset[str]:
        """Return the identities of the objects of these catalogs in which stars stand for a secret.

        Those of functions are without arguments, whose names the planner leaves out.
        """
        return frozenset(
            identity.partition("(")[0] if kind == "function" else identity
            for each in catalogs
            for (kind, identity), attributes in each.objects.items()
            if concerns(identity, self.starred) and scrub.STARS in str(attributes)
        )


# A copy that shows everything.
NOTHING = Unknown()


def concerns(identity: str, names: Collection[str]) -> bool:
    """Return whether an identity is about one of these objects, or about something on it."""
    return any(
        identity == each
        or identity.startswith(tuple(each + after for after in _AFTER))
        or f" {each} " in f" {identity} "
        for each in names
    )


def of(lacking: Iterable[Statement], starred: Iterable[Statement], *, nameless: bool, grantless: bool) -> Unknown:
    """Return what a copy does not show. lacking: the statements that failed. starred: those with stars in them."""
    failed = [identities(each) for each in lacking]
    return Unknown(
        frozenset(name for names in failed for name in names),
        frozenset(name for each in starred for name in identities(each)),
        nameless or not all(failed),
        grantless,
    )


def identities(statement: Statement) -> list[str]:
    """Return the identities of what a statement makes or changes, as narrow as they are known; none if they are not."""
    kind, node = statement.kind, statement.node
    if kind in _NAMED:
        return [quoted(getattr(node, _NAMED[kind]))]
    parts = subjects.subject(node)
    # The identity of a cast or an operator has the names of types, and may have those in other words.
    if not parts or kind == "CreateCastStmt" or getattr(getattr(node, "kind", None), "name", "") == _OPERATOR:
        return []
    if kind == "IndexStmt" and node.idxname:
        return [_joined((*parts[:-1], node.idxname))]
    name = _joined(parts)
    if kind == "GrantStmt":
        name = f"schema {quoted(parts[0])}" if node.objtype.name == "OBJECT_SCHEMA" else name
        return [f"{name} to" if node.objtype.name in _GRANTED else name]
    return [f"{name} {quoted(each)}" for each in _on_table(statement)] or [name]


def _on_table(statement: Statement) -> list[str]:
    """Return the names of what a statement adds to its table, if it does nothing else to it."""
    node = statement.node
    if statement.kind in _ON_TABLES:
        return [getattr(node, _ON_TABLES[statement.kind])]
    commands = getattr(node, "cmds", None) or ()
    names = [each.def_.conname for each in commands if each.subtype.name == _ONLY_ADDS and each.def_.conname]
    return names if len(names) == len(commands) else []


def _joined(parts: tuple[str, ...]) -> str:
    return ".".join(map(quoted, parts if len(parts) > 1 else (_DEFAULT_SCHEMA, *parts)))
