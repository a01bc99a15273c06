"""Runs a script file as a person would: one session, statement after statement, notices collected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg


class ScriptError(UsageError):
    """A script of the project's own that does not run; one sentence with its file, its line and the server's words."""


@dataclass(frozen=True)
class Applied:
    """What a script said and returned. notices: in order. rows: of its last query, if it had one."""

    notices: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def apply(connection: psycopg.Connection[Any], script: Path, first: bytes = b"") -> Applied:
    """Run a whole file on an autocommit connection. first: statements to send in front of it, in the same round trip.

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


def explain(connection: psycopg.Connection[Any], script: Path, error: psycopg.Error) -> ScriptError:
    """Return what to raise for a script that failed: it is run once more, statement by statement, to find the line.

    connection: to a database as the script found it; it is left as it was. error: what it failed with.
    """
    from pgproof.scripts import running
    from pgproof.scripts.script import Unreadable, read

    message, line = (error.diag.message_primary or str(error)).strip().splitlines()[0], None
    try:
        failure = running.run(connection, read(script)).failure
        if failure is not None:
            message, line = failure.message, failure.line
    except Unreadable as problem:
        message, line = problem.what, problem.line
    place = f"{script}:{line}" if line else str(script)
    return ScriptError(f"{place} does not run: {message}; correct the script, then run this again")
