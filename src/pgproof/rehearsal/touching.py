"""What scripts are about: the names in them, and the tables whose rows decide what comes of a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.scripts.script import Script, Statement

# PostgreSQL looks at the rows of a table, or changes them, for these commands of ALTER TABLE.
_ON_ROWS = {
    "AT_AddConstraint",
    "AT_AddIndex",
    "AT_AddIndexConstraint",
    "AT_AlterColumnType",
    "AT_AttachPartition",
    "AT_DropColumn",
    "AT_SetNotNull",
    "AT_ValidateConstraint",
}
_CALLING = ("CallStmt", "SelectStmt", "InsertStmt", "UpdateStmt")
_FOR_LATER = ("AlterPolicyStmt", "CommentStmt", "CreatePolicyStmt", "CreateTrigStmt", "RuleStmt")
_CHANGES_ROWS = re.compile(r"\b(alter\s+table|delete|drop|insert|merge|truncate|unique|update)\b", re.IGNORECASE)


def names(table: str, scripts: Sequence[Script]) -> bool:
    """Return whether a script names an object. table: its name, with or without a schema and quotes."""
    word = re.compile(rf"(?<![\w$]){re.escape(_last(table))}(?![\w$])", re.IGNORECASE)
    return any(word.search(statement.text) for script in scripts for statement in script.statements)


def names_fully(table: str, scripts: Sequence[Script]) -> bool:
    """Return whether a script names an object with its schema. table: its name with that, perhaps quoted."""
    schema, _, own = table.replace('"', "").rpartition(".")
    word = re.compile(rf"(?<![\w$])\"?{re.escape(schema)}\"?\s*\.\s*\"?{re.escape(own)}(?![\w$])", re.IGNORECASE)
    return any(word.search(statement.text) for script in scripts for statement in script.statements)


def concerns(table: str, scripts: Sequence[Script]) -> bool:
    """Return whether scripts may be about a table: any of the project's, and of the platform's those that they name.

    table: its name with a schema, perhaps quoted.
    """
    return table.partition(".")[0].strip('"') not in SCHEMAS or names_fully(table, scripts)


def inserts_into(table: str, scripts: Sequence[Script]) -> bool:
    """Return whether a script itself inserts rows into a table. table: its name, perhaps with a schema and quotes.

    A function that it creates counts only if another statement calls something of its name: most are for later. So are
    policies, rules and triggers, whose names may say the same words.
    """
    into = re.compile(rf"\binsert\s+into\s+(?:only\s+)?(?:[\w\"]+\.)?\"?{re.escape(_last(table))}\b", re.IGNORECASE)
    for script in scripts:
        for statement in script.statements:
            if statement.kind in _FOR_LATER or not into.search(statement.text):
                continue
            if statement.kind != "CreateFunctionStmt" or is_called(statement.node.funcname[-1].sval, scripts):
                return True
    return False


def is_called(function: str, scripts: Sequence[Script]) -> bool:
    """Return whether a statement of scripts calls something of a function's name. function: without a schema.

    What a text only names, such as a job for later, is not called; the text of a DO block is read as a whole.
    """
    call = re.compile(rf"(?<![\w$]){re.escape(function)}\"?\s*\(", re.IGNORECASE)
    for script in scripts:
        for statement in script.statements:
            if statement.kind == "DoStmt" and call.search(statement.text):
                return True
            if statement.kind in _CALLING and function in _called(statement.node):
                return True
    return False


def _called(node: Any) -> set[str]:
    from pglast.visitors import Visitor

    names = set()

    class Calls(Visitor):
        def visit_FuncCall(self, _: Any, node: Any) -> None:  # noqa: N802
            names.add(node.funcname[-1].sval)

    Calls()(node)
    return names


def needs_rows_of(table: str, scripts: Sequence[Script]) -> bool:
    """Return whether what a script does depends on the rows of a table. table: its name, perhaps with a schema.

    A new column needs them only if it must not be NULL.
    """
    wanted = _last(table)
    return any(wanted in set(_decided_by(statement)) for script in scripts for statement in script.statements)


def _last(name: str) -> str:
    return name.rpartition(".")[2].strip('"')


def _decided_by(statement: Statement) -> Iterator[str]:
    """Yield the names of the tables, without schemas, whose rows decide what comes of a statement."""
    node, kind = statement.node, statement.kind
    if kind == "AlterTableStmt":
        if any(_is_on_rows(command) for command in node.cmds):
            yield node.relation.relname
    elif kind in ("UpdateStmt", "DeleteStmt", "MergeStmt"):
        yield node.relation.relname
    elif kind == "IndexStmt":
        if node.unique:
            yield node.relation.relname
    elif kind == "TruncateStmt":
        yield from (each.relname for each in node.relations)
    elif kind == "DropStmt":
        yield from (each[-1].sval for each in node.objects or () if isinstance(each, tuple))
    elif kind == "DoStmt" and _CHANGES_ROWS.search(statement.text):
        yield from re.findall(r"\w+", statement.text)


def _is_on_rows(command: Any) -> bool:
    if command.subtype.name == "AT_AddColumn":
        kinds = {each.contype.name for each in command.def_.constraints or ()}
        return "CONSTR_NOTNULL" in kinds and not kinds & {"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"}
    return command.subtype.name in _ON_ROWS
