"""Sorts the statements of a dump: the project's own, the platform's, roles, and what is not copied at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pgproof import scrub_sql
from pgproof.adoption import subjects
from pgproof.supabase import OWN_PUBLICATION, PLATFORM_ROLE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pgproof.scripts.script import Statement

# Of a session, or of a whole server: a replica has its own. A dump made with --clean also begins by dropping.
_NOTHING = frozenset(
    (
        "TransactionStmt",
        "VariableSetStmt",
        "VariableShowStmt",
        "DiscardStmt",
        "CreatedbStmt",
        "DropdbStmt",
        "AlterDatabaseStmt",
        "AlterDatabaseRefreshCollStmt",
        "AlterSystemStmt",
        "DropStmt",
        "DropRoleStmt",
        "CreateTableSpaceStmt",
    )
)
# What no copy gets, and an alignment compares.
_BESIDE = frozenset(("AlterDatabaseSetStmt", "AlterExtensionStmt", "AlterRoleSetStmt", "SecLabelStmt"))
_ROLES = frozenset(("CreateRoleStmt", "AlterRoleStmt", "GrantRoleStmt"))
ROWS = frozenset(("InsertStmt", "UpdateStmt", "DeleteStmt", "CopyStmt", "TruncateStmt", "MergeStmt"))
# What leads to another database, often with a password. A replica must not reach it.
_ELSEWHERE = {
    "CreateFdwStmt": "foreign-data wrapper",
    "CreateForeignServerStmt": "foreign server",
    "CreateUserMappingStmt": "user mapping",
    "CreateForeignTableStmt": "foreign table",
    "ImportForeignSchemaStmt": "import of a foreign schema",
    "CreateSubscriptionStmt": "subscription",
}
# These act on everything that is created after them.
_LATE = frozenset(("AlterDefaultPrivilegesStmt", "CreateEventTrigStmt", "AlterEventTrigStmt"))
# Triggers that call these tell other servers of a row.
_SENDING = frozenset(("supabase_functions", "net"))
# As they stand for a secret: a row of stars is an ornament.
_STARS = re.compile(r"(?<![*/])\*{3}(?![*/])")
# OBJECT_EXTENSION of PostgreSQL's grammar.
_EXTENSION = 15


@dataclass
class Sorted:
    """The statements of a dump, sorted. own: the project's, in the dump's order. late: those to run last.

    platform: what the platform brings along. roles: what makes and changes roles. qualified: whether the dump
    names every object with its schema. left_out: lines on what is not copied on purpose. missing: on what a run
    would miss. absent: the statements that are left out and would be missed. starred: those in which stars stand for
    a secret. beside: those on what no copy gets.
    """

    own: list[Statement] = field(default_factory=list)
    late: list[Statement] = field(default_factory=list)
    platform: list[Statement] = field(default_factory=list)
    roles: list[Statement] = field(default_factory=list)
    qualified: bool = False
    left_out: dict[str, None] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    absent: list[Statement] = field(default_factory=list)
    starred: list[Statement] = field(default_factory=list)
    beside: list[Statement] = field(default_factory=list)


def sort(
    statements: Sequence[Statement],
    platform_schemas: Collection[str],
    verifier: str | None,
    *,
    adopted: bool = False,
    not_copied: Collection[str] | None = None,
) -> Sorted:
    """Return a dump's statements, sorted, with secrets in them replaced.

    platform_schemas: those that the platform brings along, empty if there is no platform. verifier: the role that
    only verifies, whose grants and policies are not part of the schema; None if there is none. adopted: whether stars
    may stand for secrets already. not_copied: the lines that say for which; None if there are none to ask.
    """
    found = Sorted()
    for each in statements:
        _place(each, platform_schemas, verifier, found)
    for list_ in (found.own, found.late):
        list_[:] = [_without_secrets(each, found, adopted=adopted, not_copied=not_copied) for each in list_]
    return found


def _place(each: Statement, platform: Collection[str], verifier: str | None, found: Sorted) -> None:
    kind, node, names = each.kind, each.node, subjects.subject(each.node)
    if kind in _NOTHING or subjects.changes_owner(node) or _drops_constraints(node):
        return
    if kind in _ROLES or kind in _BESIDE:
        (found.roles if kind in _ROLES else found.beside).append(each)
    elif kind == "SelectStmt":
        _note_call(each, found)
    elif kind in ROWS:
        found.left_out[f"rows of {'.'.join(names)}"] = None
    elif kind in _ELSEWHERE:
        # Its options may hold a password, so only its name is said.
        name = ".".join(names) or getattr(node, "servername", None) or getattr(node, "subname", "")
        line = f"{_ELSEWHERE[kind]} {name}: it leads to another database"
        missed = kind == "CreateForeignTableStmt"
        (found.missing if missed else found.left_out)[line] = None
        found.absent += [each] if missed else []
    elif subjects.grantees(node) == [verifier] or (kind == "CommentStmt" and int(node.objtype) == _EXTENSION):
        return
    elif is_platforms(each, names, platform):
        found.platform.append(each)
    elif kind == "CreateTrigStmt" and subjects.function(node)[0] in _SENDING & set(platform):
        found.left_out[f"trigger {node.trigname} on {'.'.join(names)}: it would tell another server"] = None
    elif kind in _LATE:
        found.late.append(each)
    else:
        found.own.append(anew(each) if kind == "CreatePublicationStmt" else each)


def _note_call(each: Statement, found: Sorted) -> None:
    if "set_config('search_path', ''" in each.text:
        found.qualified = True
    elif "pg_catalog.setval(" not in each.text and "set_config(" not in each.text:
        found.left_out[f"line {each.line}, {each.title}: nothing is called"] = None


def is_platforms(each: Statement, names: subjects.Names, platform: Collection[str]) -> bool:
    """Return whether a statement is about what the platform brings along."""
    if not platform:
        return False
    kind, node = each.kind, each.node
    if kind == "AlterDefaultPrivilegesStmt":
        roles = subjects.default_for(node)
        schemas = {name.sval for option in node.options or () if option.defname == "schemas" for name in option.arg}
        ours = {role for role in roles if not role.startswith(PLATFORM_ROLE)}
        return bool(roles and not ours) or bool(schemas & set(platform))
    if kind in ("CreatePublicationStmt", "AlterPublicationStmt"):
        return node.pubname == OWN_PUBLICATION or any(
            name[:1] and name[0] in platform for name in subjects.published(node)
        )
    if kind == "CreateEventTrigStmt":
        return subjects.function(node)[0] in platform
    if not names or names[0] not in platform or kind == "CreateExtensionStmt":
        return False
    # Policies on the platform's tables, and triggers that call functions of the project, are the project's.
    own = kind == "CreatePolicyStmt" or (kind == "CreateTrigStmt" and subjects.function(node)[0] not in platform)
    return not own


def _drops_constraints(node: object) -> bool:
    commands = getattr(node, "cmds", None) or ()
    return bool(commands) and all(getattr(each.subtype, "name", "") == "AT_DropConstraint" for each in commands)


def anew(each: Statement) -> Statement:
    """Return a publication's statement that also works where the platform has one of that name."""
    name = '"' + each.node.pubname.replace('"', '""') + '"'
    return replace(each, text=f"DROP PUBLICATION IF EXISTS {name};\n{each.text}")


def _without_secrets(each: Statement, found: Sorted, *, adopted: bool, not_copied: Collection[str] | None) -> Statement:
    clean = replace(each, text=scrub_sql.replaced(each.text))
    # The title is a part of the text: half a secret in it would not be recognised.
    line = f"a secret in {clean.title}: three stars stand for it"
    # Stars of a copy's own are read again; stars elsewhere, such as a rule under a comment, stand for nothing.
    already = adopted and _STARS.search(each.text) and (not_copied is None or line in not_copied)
    if clean.text == each.text and not already:
        return each
    found.missing[line] = None
    found.starred.append(clean)
    return clean
