"""Advice on a statement that makes others wait: what to run instead, and what that costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pgproof.rehearsal import safer
from pgproof.rehearsal.forms import Form, not_null

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.footprint import Footprint
    from pgproof.scripts.script import Script, Statement

_APART = "these can't be wrapped in one transaction, so they are not atomic"
_UNKNOWN = "no online form is known for it: run it in batches, or in a quiet moment with a short lock_timeout"
_QUERIES = ("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")


def instead(script: Script) -> tuple[Statement | None, str]:
    """Return the first statement of a script that has an online form, or None, and advice that names all forms."""
    found: list[tuple[Statement, Form]] = []
    for statement in script.statements:
        for node in commands(statement):
            if type(node).__name__ not in _QUERIES:
                found += [(statement, form) for form in safer.instead_of(node, filled=False)]
    return (found[0][0], _said([form for _, form in found])) if found else (None, _UNKNOWN)


def forms(footprint: Footprint) -> list[Form]:
    """Return what to run instead of a statement that did this; nothing where its text does not say what it does."""
    parents = footprint.parents or {}
    found = []
    for node in commands(footprint.statement):
        kind = type(node).__name__
        if kind in _QUERIES and (footprint.built or footprint.rewritten or footprint.statement.kind == "DoStmt"):
            continue
        partitions = sorted(name for name in parents if kind in ("IndexStmt", "AlterTableStmt"))
        found += list(safer.instead_of(node, partitions, filled=bool(footprint.rewritten)))
    required = footprint.required
    if required:
        # What the key's index does not name in the text.
        found = [
            _with_not_null(form, required) if "USING INDEX" in " ".join(form.steps[:1]) else form for form in found
        ]
    return found


def advice(footprint: Footprint) -> str:
    """Return what to do about a statement that did this."""
    found = forms(footprint)
    if found:
        return _said(found)
    if footprint.required:
        return _said([Form(not_null(*each)) for each in footprint.required])
    if footprint.built:
        return "make the index by CREATE INDEX CONCURRENTLY, in a file of its own"
    return _UNKNOWN


def _with_not_null(form: Form, required: Sequence[tuple[str, str]]) -> Form:
    return Form((*(step for each in required for step in not_null(*each)), *form.steps))


def _said(found: Sequence[Form]) -> str:
    steps = list(dict.fromkeys(step for form in found for step in form.steps))
    notes = list(dict.fromkeys(form.note for form in found if form.note))
    if not steps:
        return "; ".join(notes)
    each = "" if len(steps) == 1 else ", each in a transaction of its own"
    return "; ".join([f"run instead{each}: {'; '.join(steps)}", *notes, _APART])


def commands(statement: Statement) -> Iterator[Any]:
    """Yield the parse tree of a statement; for a DO block, the trees of the statements that are readable in it."""
    if statement.kind != "DoStmt":
        yield statement.node
    else:
        yield from body(statement)


def body(statement: Statement) -> Iterator[Any]:
    """Yield the trees of the statements that are readable in the PL/pgSQL of a DO block, a function or a procedure."""
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
