"""The online form of a statement that makes senders wait. These forms cannot share a transaction with the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.scripts.script import Script, Statement

_APART = "these can't be wrapped in one transaction, so they are not atomic"
_NOT_NULL = (
    "ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID, then VALIDATE CONSTRAINT, then SET NOT NULL,"
    " each in a transaction of its own"
)
_INDEX = "CREATE INDEX CONCURRENTLY, and drop the index if it ends invalid"
_DROP_INDEX = "DROP INDEX CONCURRENTLY"
_CONSTRAINT = "ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own"
_UNIQUE = "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX"
_REWRITE = "add another column, fill it in batches, then swap the names"
_UNKNOWN = "no online form is known for it: run it in batches, or in a quiet moment"


def instead(script: Script) -> tuple[Statement | None, str]:
    """Return the first statement of a script that has an online form, or None, and advice that names all forms."""
    forms: dict[str, Statement] = {}
    for statement in script.statements:
        for node in _commands(statement):
            form = _form(node)
            if form is not None:
                forms.setdefault(form, statement)
    if not forms:
        return None, _UNKNOWN
    return next(iter(forms.values())), f"{'; and '.join(forms)}; {_APART}"


def _commands(statement: Statement) -> Iterator[Any]:
    """Yield the parse tree of a statement; for a DO block, the trees of the statements that are readable in it."""
    if statement.kind != "DoStmt":
        yield statement.node
        return
    import pglast
    from pglast.parser import ParseError

    try:
        queries = list(_queries(pglast.parse_plpgsql(statement.text)))
    except (ParseError, json.JSONDecodeError):
        return
    for query in queries:
        try:
            yield from (raw.stmt for raw in pglast.parse_sql(query))
        except ParseError:
            continue


def _queries(tree: Any) -> Iterator[str]:
    """Yield the SQL statements in a PL/pgSQL tree, in order."""
    if isinstance(tree, dict):
        if "PLpgSQL_stmt_execsql" in tree:
            yield tree["PLpgSQL_stmt_execsql"]["sqlstmt"]["PLpgSQL_expr"]["query"]
        else:
            for value in tree.values():
                yield from _queries(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _queries(value)


def _form(node: Any) -> str | None:
    kind = type(node).__name__
    if kind == "IndexStmt" and not node.concurrent:
        return _INDEX
    if kind == "DropStmt" and node.removeType.name == "OBJECT_INDEX" and not node.concurrent:
        return _DROP_INDEX
    if kind == "AlterTableStmt":
        return next(filter(None, map(_form_of_change, node.cmds)), None)
    return None


def _form_of_change(command: Any) -> str | None:
    change = command.subtype.name
    if change == "AT_AddConstraint" and not command.def_.skip_validation:
        unique = command.def_.contype.name in ("CONSTR_UNIQUE", "CONSTR_PRIMARY") and not command.def_.indexname
        return _UNIQUE if unique else _CONSTRAINT
    return {"AT_SetNotNull": _NOT_NULL, "AT_AlterColumnType": _REWRITE}.get(change)
