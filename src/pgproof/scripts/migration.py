"""Runs a script file as a person would: one session, statement after statement, notices collected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError, first_line

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg


class ScriptError(UsageError):
    """A script of the project's own fails. The text is one sentence with file, line and the server's message."""


@dataclass(frozen=True)
class Applied:
    """What a script printed and returned. notices: in order. rows: of its last statement, empty if it has none."""

    notices: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def apply(connection: psycopg.Connection[Any], script: Path, first: bytes = b"") -> Applied:
    """Run a whole file on an autocommit connection, in one round trip. first: statements to send before it.

    Raises the psycopg.Error of the statement that failed, after ending the transaction that the script left open.
    """
    notices: list[str] = []

    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        notices.append(diagnostic.message_primary or "")

    connection.add_notice_handler(note)
    try:
        cursor = connection.execute(first + script.read_bytes())
        while cursor.nextset():
            pass
        rows = tuple(cursor.fetchall()) if cursor.description else ()
    except BaseException:
        if not connection.closed and connection.info.transaction_status:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.remove_notice_handler(note)
    return Applied(tuple(notices), rows)


def failed(script: Path, error: psycopg.Error, before: str = "") -> ScriptError:
    """Return what to raise for a script that the server refused. before: what was sent in front of it."""
    position = error.diag.statement_position
    line = None
    if position is not None and int(position) > len(before):
        line = script.read_text(encoding="utf-8").count("\n", 0, int(position) - len(before) - 1) + 1
    return _error(script, line, first_line(error))


def explain(connection: psycopg.Connection[Any], script: Path, error: psycopg.Error) -> ScriptError:
    """Return what to raise for a script that failed: it is run once more, statement by statement, to find the line.

    connection: to a database as the script found it. error: what it failed with.
    """
    from pgproof.scripts import running
    from pgproof.scripts.script import Unreadable, read

    try:
        failure = running.run(connection, read(script)).failure
    except Unreadable as problem:
        return _error(script, problem.line, problem.what)
    return failed(script, error) if failure is None else _error(script, failure.line, failure.message)


def _error(script: Path, line: int | None, message: str) -> ScriptError:
    place = str(script) if line is None else f"{script}:{line}"
    return ScriptError(f"{place} does not run: {message}; correct the script, then run this again")
