"""Runs a script as psql does with ON_ERROR_STOP: statement by statement, autocommit, until one fails.

A script that its runner puts in a transaction gets one here, too: this module alone begins and commits it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.errors import first_line
from pgproof.supabase.hosted import handing_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pgproof.scripts.script import Script, Statement

_IDLE = psycopg.pq.TransactionStatus.IDLE
# A statement cannot run inside a transaction (active_sql_transaction), or ends transactions of its own, as a procedure
# may (invalid_transaction_termination).
NOT_IN_A_TRANSACTION = ("25001", "2D000")
_PORTION = 1 << 20


@dataclass(frozen=True)
class Failure:
    """The statement that failed, and why. line: in the file. ended: the connection was lost with it.

    advice: what to do, where that is known. diag: the fields of the server's error, None if it sent none.
    """

    statement: Statement
    line: int
    message: str
    sqlstate: str | None
    ended: bool
    advice: str | None = None
    diag: psycopg.errors.Diagnostic | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Ran:
    """What came of running a script. left_open: a transaction was still open at the end, or failed.

    counts: of each statement that ran, how many rows the server said it changed or returned, below 0 for none of both.
    """

    notices: tuple[str, ...]
    failure: Failure | None
    left_open: bool
    counts: tuple[int, ...] = ()


def run(
    connection: psycopg.Connection[Any],
    script: Script,
    *,
    until: int | None = None,
    before: Callable[[Statement], None] | None = None,
    after: Callable[[Statement], None] | None = None,
) -> Ran:
    """Run a script on an autocommit connection. A transaction that it leaves open stays open.

    until: how many statements to run, None for all, and then the end of its runner's transaction, if any.
    before, after: called around each statement; after is not called for one that failed.
    """
    notices: list[str] = []
    counts: list[int] = []

    def note(diagnostic: psycopg.errors.Diagnostic) -> None:
        notices.append(diagnostic.message_primary or "")

    connection.add_notice_handler(note)
    failure = None
    begin(connection, script)
    for statement in script.statements[:until]:
        if before is not None:
            before(statement)
        failure = execute(connection, statement, counts)
        if failure is not None:
            break
        if after is not None:
            after(statement)
    if failure is None and until is None:
        failure = _commit(connection, script)
    elif failure is not None and script.wrapped and failure.sqlstate in NOT_IN_A_TRANSACTION:
        failure = replace(failure, advice=script.way_out)
    connection.remove_notice_handler(note)
    left_open = not connection.closed and connection.info.transaction_status != _IDLE
    return Ran(tuple(notices), failure, left_open, tuple(counts))


def begin(connection: psycopg.Connection[Any], script: Script) -> None:
    """Begin the transaction in which the script's runner puts it, if it does."""
    if script.wrapped:
        connection.execute("BEGIN")


def execute(
    connection: psycopg.Connection[Any], statement: Statement, counts: list[int] | None = None
) -> Failure | None:
    """Run one statement, discard what it returns, and return its failure or None.

    counts: the number of rows that the server told is appended to it, unless the statement failed.
    """
    try:
        if not statement.apart:
            count = _send(connection, statement)
        else:
            # What came before it is done, whatever comes of this one.
            connection.execute("COMMIT")
            count = _send(connection, statement)
            connection.execute("BEGIN")
    except psycopg.Error as error:
        line = next(_lines(error, statement), statement.line)
        return _failure(connection, statement, line, error)
    if counts is not None:
        counts.append(count)
    return None


def _send(connection: psycopg.Connection[Any], statement: Statement) -> int:
    if statement.rows is not None:
        with connection.cursor() as cursor, cursor.copy(statement.text.encode()) as copy:
            for first in range(0, len(statement.rows.text), _PORTION):
                copy.write(statement.rows.text[first : first + _PORTION].encode())
    elif statement.kind == "CopyStmt" and not statement.node.filename:
        with connection.cursor() as cursor, cursor.copy(statement.text.encode()) as copy:
            for _ in copy:
                pass
    else:
        cursor = connection.execute(handing_over.as_run(connection, statement))
        count = cursor.rowcount
        while cursor.nextset():
            pass
        return count
    return cursor.rowcount


def _commit(connection: psycopg.Connection[Any], script: Script) -> Failure | None:
    """End the transaction of a script's runner, unless the script has done that; return what its end fails with."""
    if script.wrapped and not connection.closed and connection.info.transaction_status != _IDLE:
        try:
            connection.execute("COMMIT")
        except psycopg.Error as error:
            last = script.statements[-1]
            return _failure(connection, last, last.line, error)
    return None


def _failure(connection: psycopg.Connection[Any], statement: Statement, line: int, error: psycopg.Error) -> Failure:
    message = first_line(error)
    return Failure(statement, line, message, error.sqlstate, connection.closed, diag=error.diag)


def _lines(error: psycopg.Error, statement: Statement) -> Iterator[int]:
    """Yield the lines of the file where the server may have seen the error, best guess first."""
    if error.diag.statement_position:
        position = int(error.diag.statement_position) - 1
        yield statement.line + statement.text.count("\n", 0, position)
    if statement.rows is not None and (row := re.match(r"COPY [^\n]*, line (\d+)", error.diag.context or "")):
        yield statement.rows.line + int(row[1]) - 1
    # The outermost frame is the last one; its lines count from the body's opening quote.
    frames = re.findall(r"PL/pgSQL function inline_code_block line (\d+)", error.diag.context or "")
    body = re.search(r"\$\w*\$|'", statement.text)
    if frames and body:
        yield statement.line + statement.text.count("\n", 0, body.start()) + int(frames[-1]) - 1
