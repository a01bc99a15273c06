"""What a trigger does to each write, as far as reading its function decides it: drops it, undoes it, or fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.machinery import bodies, folding
from pgproof.machinery.names import SYSTEM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pgproof.machinery.reading import Trigger

# pg_trigger.tgenabled, by session_replication_role: "origin" and "local" are the same for triggers.
_FIRING = {"replica": "RA"}
_ORDINARY = "OA"
_CHANGED = re.compile(r"\(*old\.([\w*]+)\)* (?:IS DISTINCT FROM|<>) \(*new\.([\w*]+)\)*", re.IGNORECASE)


def fires(trigger: Trigger, replication_role: str) -> bool:
    """Return whether a trigger is enabled in sessions with this session_replication_role."""
    return trigger.enabled in _FIRING.get(replication_role.lower(), _ORDINARY)


def body(trigger: Trigger, operation: str) -> bodies.Body | None:
    """Return what the trigger's function does at an operation, None if that cannot be read."""
    known = {
        "tg_op": operation,
        "tg_when": "BEFORE" if trigger.before else "AFTER",
        "tg_level": "ROW" if trigger.each_row else "STATEMENT",
        "tg_table_name": trigger.table.rpartition(".")[2],
    }
    return bodies.read(trigger.language, trigger.body, known, trigger=True)


def applies(trigger: Trigger, operation: str, columns: Collection[str]) -> bool:
    """Return whether a trigger is certain to be called by an INSERT, or by an UPDATE of one of these columns."""
    if operation not in trigger.operations:
        return False
    if operation == "UPDATE" and trigger.columns and not set(trigger.columns) & set(columns):
        return False
    if trigger.condition is None or folding.value(trigger.condition, {}) is True:
        return True
    changed = _CHANGED.fullmatch(trigger.condition)
    return operation == "UPDATE" and bool(changed and changed[1] == changed[2] and changed[1] in {*columns, "*"})


def defect(
    trigger: Trigger,
    operation: str,
    columns: Collection[str],
    kept: Mapping[str, Collection[Any]],
) -> str | None:
    """Return how a trigger breaks an ordinary INSERT or UPDATE, None if it does not or nobody can tell.

    columns: all of the table. kept: what has to be stored as it was written, with the values that a trigger may set all
    the same; an UPDATE is one of these columns.
    """
    if not applies(trigger, operation, kept):
        return None
    found = body(trigger, operation)
    if found is None:
        return None
    failing = _failing(trigger, found, operation, columns)
    if failing is not None or not trigger.each_row:
        return failing
    if not trigger.before:
        return _undone(trigger, found, operation, kept)
    return dropped(found, operation) or _overwritten(found, operation, kept)


def _failing(trigger: Trigger, found: bodies.Body, operation: str, columns: Collection[str]) -> str | None:
    last = found.certain[-1].kind if found.certain else ""
    if last == "raise":
        return f"raises an exception at each {operation}"
    if last == "end" and not _may_return(found):
        return f"ends without RETURN, so that each {operation} fails"
    # With such tables NEW may be one of them.
    missing = _missing_fields(found, columns) if trigger.each_row and not trigger.transition else []
    if missing:
        return f"uses NEW.{missing[0]}, which {trigger.table} does not have, so that each {operation} fails"
    if not trigger.volatile and any(statement.writes for statement in found.statements(certain=True)):
        return f"calls a function that writes and is not VOLATILE, so that each {operation} fails"
    return None


def _may_return(found: bodies.Body) -> bool:
    return any(step.kind == "return" for step in found.steps)


def _missing_fields(found: bodies.Body, columns: Collection[str]) -> list[str]:
    used = {target.partition(".")[2] for step in found.certain for target in step.targets if target.startswith("new.")}
    for statement in found.statements(certain=True):
        used |= {column for qualifier, column in statement.columns if qualifier == "new"}
    return sorted(used - {*columns, *SYSTEM_COLUMNS})


def dropped(found: bodies.Body, operation: str) -> str | None:
    """Return how a BEFORE ROW trigger with this body drops or undoes each row, None if it does not."""
    last = found.certain[-1] if found.certain else None
    if last is None or last.kind != "return":
        return None
    returned = last.text.strip("() \n").lower()
    if returned == "null":
        return f"returns NULL, so that each {operation} is dropped without an error"
    if returned == "old":
        return f"returns OLD, so that each {operation} is {'undone' if operation == 'UPDATE' else 'dropped'}"
    return None


def _overwritten(found: bodies.Body, operation: str, kept: Mapping[str, Collection[Any]]) -> str | None:
    last: dict[str, str] = {}
    for step in found.certain:
        for target in step.targets:
            last[target] = step.text if step.kind == "assign" else ""
    for target, text in last.items():
        whole = target == "new" and text.strip().lower() == "old"
        # What is assigned after that may be taken from the row as it was written.
        if whole and operation == "UPDATE" and not any(each.startswith("new.") for each in last):
            return "sets NEW := OLD, so that each UPDATE is undone"
        column = target.partition(".")[2]
        if not target.startswith("new.") or column not in kept or not text or target in found.perhaps_assigned():
            continue
        if re.sub(r'[\s"()]', "", text).lower() == f"old.{column}":
            return f"sets NEW.{column} back to OLD.{column}, so that {column} never changes"
        fixed = folding.value(text, {})
        if fixed is not folding.UNKNOWN and fixed not in kept[column]:
            return f"sets NEW.{column} to {text}, whatever was written"
    return None


def _undone(trigger: Trigger, found: bodies.Body, operation: str, kept: Mapping[str, Collection[Any]]) -> str | None:
    """Return how an AFTER trigger takes the written row back."""
    from pgproof.machinery.statements import parsed

    schema, _, own = trigger.table.partition(".")
    for step in found.certain:
        if step.kind != "query":
            continue
        for statement in parsed(step.text):
            for kind, (written, name), changed in statement.writes:
                if name != own or written not in ("", schema) or not _of_this_row(statement.tree):
                    continue
                if kind == "delete" and operation == "INSERT":
                    return "deletes each row that was just inserted"
                back = [each for each in changed if each in kept and _set_to_old(statement.tree, each)]
                if kind == "update" and back:
                    return f"sets {back[0]} back after each {operation}"
    return None


def _names(node: Any) -> tuple[str, ...]:
    return tuple(getattr(each, "sval", "*").lower() for each in getattr(node, "fields", ()))


def _of_this_row(tree: Any) -> bool:
    where: Any = getattr(tree, "whereClause", None)
    if type(where).__name__ != "A_Expr" or where.name[-1].sval != "=":
        return False
    sides = [_names(where.lexpr), _names(where.rexpr)]
    return any(side in (("new", "id"), ("old", "id")) for side in sides) and all(s[-1:] == ("id",) for s in sides)


def _set_to_old(tree: Any, column: str) -> bool:
    return any(
        each.name == column and _names(each.val) == ("old", column) for each in getattr(tree, "targetList", None) or ()
    )
