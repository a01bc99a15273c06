"""What a statement does to the table that it is about: the lock that it takes there, and whether it loses anything.

The locks are PostgreSQL's own (AlterTableGetLockLevel and its like); what is not listed is taken for the strongest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.alignment.locking import STRENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEAK, _SHARE, _NO_WRITERS, _STRONG = STRENGTH
_STATEMENTS = {
    "AlterPolicyStmt": _STRONG,
    "AlterPublicationStmt": _WEAK,
    "CommentStmt": _WEAK,
    "CreatePolicyStmt": _STRONG,
    "CreatePublicationStmt": _WEAK,
    "CreateStatsStmt": _WEAK,
    "CreateTrigStmt": _NO_WRITERS,
    "RenameStmt": _STRONG,
    "RuleStmt": _STRONG,
}
_COMMANDS = {
    "AT_AttachPartition": _WEAK,
    "AT_ClusterOn": _WEAK,
    "AT_DropCluster": _WEAK,
    "AT_ResetOptions": _WEAK,
    "AT_SetOptions": _WEAK,
    "AT_SetStatistics": _WEAK,
    "AT_ValidateConstraint": _WEAK,
    "AT_DisableTrig": _NO_WRITERS,
    "AT_DisableTrigAll": _NO_WRITERS,
    "AT_DisableTrigUser": _NO_WRITERS,
    "AT_EnableAlwaysTrig": _NO_WRITERS,
    "AT_EnableReplicaTrig": _NO_WRITERS,
    "AT_EnableTrig": _NO_WRITERS,
    "AT_EnableTrigAll": _NO_WRITERS,
    "AT_EnableTrigUser": _NO_WRITERS,
}
_PARAMETERS = ("AT_SetRelOptions", "AT_ResetRelOptions")
# Storage parameters that no running statement depends on.
_HARMLESS = ("fillfactor", "parallel_workers", "toast_tuple_target", "autovacuum_", "log_autovacuum_", "vacuum_")
_DROPPED = {
    "OBJECT_FOREIGN_TABLE": _STRONG,
    "OBJECT_MATVIEW": _STRONG,
    "OBJECT_POLICY": _STRONG,
    "OBJECT_RULE": _STRONG,
    "OBJECT_STATISTIC_EXT": _WEAK,
    "OBJECT_TABLE": _STRONG,
    "OBJECT_TRIGGER": _STRONG,
    "OBJECT_VIEW": _STRONG,
}
_WITH_ROWS = ("OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW", "OBJECT_TABLE")


def lock(node: Any) -> str:
    """Return the lock that a statement takes on its table, in the words of LOCK TABLE, "" for none.

    node: its parse tree, of pglast. What only reads the table, or makes it, counts as none.
    """
    kind = type(node).__name__
    if kind == "AlterTableStmt":
        # Of an index only the index itself is locked.
        index = node.objtype.name == "OBJECT_INDEX"
        return "" if index else max((_of_command(each) for each in node.cmds), key=STRENGTH.index)
    if kind == "IndexStmt":
        return _WEAK if node.concurrent else _SHARE
    if kind == "DropStmt":
        if node.removeType.name == "OBJECT_INDEX":
            return _WEAK if node.concurrent else _STRONG
        return _DROPPED.get(node.removeType.name, "")
    if kind == "RenameStmt" and node.renameType.name == "OBJECT_INDEX":
        return ""
    return _STATEMENTS.get(kind, "")


def loses(node: Any) -> bool:
    """Return whether a statement takes rows or a column away. node: as for lock()."""
    if type(node).__name__ == "DropStmt":
        return node.removeType.name in _WITH_ROWS
    return any(each.subtype.name == "AT_DropColumn" for each in _commands(node))


def retypes(node: Any) -> bool:
    """Return whether a statement gives a column another type. node: as for lock()."""
    return any(each.subtype.name == "AT_AlterColumnType" for each in _commands(node))


def _commands(node: Any) -> Iterator[Any]:
    yield from node.cmds if type(node).__name__ == "AlterTableStmt" else ()


def _of_command(command: Any) -> str:
    change = command.subtype.name
    if change == "AT_AddConstraint" and command.def_.contype.name == "CONSTR_FOREIGN":
        return _NO_WRITERS
    if change in _PARAMETERS and all(each.defname.startswith(_HARMLESS) for each in command.def_):
        return _WEAK
    return _COMMANDS.get(change, _STRONG)
