"""Parses one script of a migration, and gives it the transaction in which its tool runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.scripts.script import TEMPLATE, Script, Statement, Unreadable, contents, copy_from_stdin, parse

if TYPE_CHECKING:
    from pathlib import Path

    from pgproof.migrations.runners import Runner
    from pgproof.migrations.sources import Source


def load(source: Source, runner: Runner, notes: list[str], *, judged: bool = True) -> Script:
    """Return a script as the runner runs it. notes: what a person should know is appended to it. Raises Unreadable.

    judged: False for what was applied long ago, perhaps by psql, so that what only psql reads is no fault.
    """
    if source.problem is not None:
        raise source.problem
    text = contents(source.path) if source.text is None else source.text
    if runner.name == "flyway":
        _refuse_placeholders(source.path, text)
    by_psql = runner.by_psql or not judged
    script = parse(source.path, text, by_psql=by_psql)
    copied = next((each for each in script.statements if each.rows is not None), None)
    if copied is not None and not by_psql:
        raise copy_from_stdin(source.path, copied.line, runner.name)
    run = runner.run(script, source.transaction)
    early = next(filter(_ends_a_transaction, run.statements[:-1]), None) if run.wrapped else None
    if early is not None:
        notes.append(
            f"{source.path}:{early.line} ends the transaction that {runner.name} began: what follows is outside of it"
        )
    return run


def _ends_a_transaction(statement: Statement) -> bool:
    """Return whether a statement is a COMMIT or ROLLBACK of a whole transaction."""
    if statement.kind != "TransactionStmt":
        return False
    return statement.node.kind.name in ("TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK")


def _refuse_placeholders(path: Path, text: str) -> None:
    """Raise Unreadable for what Flyway replaces wherever it stands, also inside strings."""
    found = next((each for each in TEMPLATE.finditer(text) if each.group().startswith("${")), None)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        what = f"{found.group()} is a placeholder, which Flyway fills in"
        raise Unreadable("template", path, line, what, "write the value in its place, in a copy of the file")
