"""Runs a script as psql does with ON_ERROR_STOP: statement by statement, autocommit, until one fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.supabase.hosted import handing_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pgproof.scripts.script import Script, Statement


@dataclass(frozen=True)
class Failure:
    """The statement that failed, and why. line: in the file. ended: the connection was lost with it."""

    statement: Statement
    line: int
    message: str
    sqlstate: str | None
    ended: bool


@dataclass(frozen=True)
class Ran:
    """What came of running a script. left_open: a transaction was still open at the end, or failed."""

    notices: tuple[str, ...]
    failure: Failure | None
    left_open: bool


def run(
    connection: psycopg.Connection[Any],
    script: Script,
    *,
    until: int | None = None,
    before: Callable[[Statement], None] | None = None,
    after: Callable[[Statement], None] | None = None,
) -> Ran:
    """Run a script on an autocommit connection. A transaction that it leaves open stays open.

    until: how many statements to run, None for all. before, after: called around each statement; after is not called
    for one that failed.
    """
    notices: list[str] = []

    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        notices.append(diagnostic.message_primary or "")

    connection.add_notice_handler(note)
    failure = None
    for statement in script.statements[:until]:
        if before is not None:
            before(statement)
        failure = execute(connection, statement)
        if failure is not None:
            break
        if after is not None:
            after(statement)
    connection.remove_notice_handler(note)
    idle = psycopg.pq.TransactionStatus.IDLE
    return Ran(tuple(notices), failure, not connection.closed and connection.info.transaction_status != idle)


def execute(connection: psycopg.Connection[Any], statement: Statement) -> Failure | None:
    """Run one statement, discard what it returns, and return its failure or None."""
    try:
        if statement.kind == "CopyStmt" and not statement.node.filename:
            with connection.cursor() as cursor, cursor.copy(statement.text.encode()) as copy:
                for _ in copy:
                    pass
        else:
            cursor = connection.execute(handing_over.as_run(connection, statement))
            while cursor.nextset():
                pass
    except psycopg.Error as error:
        message = (error.diag.message_primary or str(error)).strip().splitlines()[0]
        line = next(_lines(error, statement), statement.line)
        return Failure(statement, line, message, error.sqlstate, connection.closed)
    return None


def _lines(error: psycopg.Error, statement: Statement) -> Iterator[int]:
    """Yield the lines of the file where the server may have seen the error, best guess first."""
    if error.diag.statement_position:
        position = int(error.diag.statement_position) - 1
        yield statement.line + statement.text.count("\n", 0, position)
    # The outermost frame is the last one; its lines count from the body's opening quote.
    frames = re.findall(r"PL/pgSQL function inline_code_block line (\d+)", error.diag.context or "")
    body = re.search(r"\$\w*\$|'", statement.text)
    if frames and body:
        yield statement.line + statement.text.count("\n", 0, body.start()) + int(frames[-1]) - 1
