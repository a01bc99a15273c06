"""Runs a script file as a person would: one session, statement after statement, notices collected."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError, first_line

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from pgproof.scripts.script import Script

# What only psql reads, and how each dump leaves its session without a search path.
_OF_A_DUMP = re.compile(r"^\\|^[ \t]*COPY\b|\bset_config\('search_path', ''", re.MULTILINE | re.IGNORECASE)
# What cannot be run in one piece with others, or not as it is.
_APART = re.compile(
    r"\b(?:DATABASE|CONCURRENTLY|VACUUM|SYSTEM|REINDEX|CLUSTER|TABLESPACE|SUBSCRIPTION)\b", re.IGNORECASE
)


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
        cursor = connection.execute(first + script.read_bytes().removeprefix(codecs.BOM_UTF8))
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


def run(connection: psycopg.Connection[Any], script: Path, there: frozenset[str] | None = None) -> list[str]:
    """Run a file of a replica, which may be a dump: like apply(), or statement by statement if that is the only way.

    connection: to a database that a script may take for its own. there: the platform's schemas, of
    baselines.platform(), if the file may be a dump with more than the project's own objects; None if it may not.
    Returns a line on each thing that was passed over for that. Raises ScriptError, and psycopg.Error as apply() does.
    """
    from pgproof.scripts.script import Unreadable, contents, parse

    dumped = False
    try:
        text = contents(script)
        dumped = _OF_A_DUMP.search(text) is not None
        if not dumped and not _APART.search(text):
            apply(connection, script)
            return []
        read = parse(script, text, dump=True)
    except Unreadable as problem:
        if problem.name in ("empty-file", "commented-out"):
            return []
        if dumped or problem.name != "syntax-error":
            raise _error(script, problem.line, problem.what) from None
        # The server may know more of SQL than the parser, and has the last word.
        apply(connection, script)
        return []
    if not dumped and not _is_apart(read):
        apply(connection, script)
        return []
    return _statements(connection, read, there if dumped else None)


def _is_apart(script: Script) -> bool:
    from pgproof.scripts import database_name

    return any(each.outside is not None or database_name.is_named(each) for each in script.statements)


def _statements(connection: psycopg.Connection[Any], script: Script, there: frozenset[str] | None) -> list[str]:
    from pgproof.adoption import baselines
    from pgproof.scripts import running

    ran = running.run(connection, script) if there is None else baselines.run(connection, script, there)
    if ran.failure is not None:
        more = f" ({told})" if there is not None and (told := baselines.advice(script, there)) else ""
        if not connection.closed and connection.info.transaction_status:
            connection.execute("ROLLBACK")
        raise _error(script.path, ran.failure.line, f"{ran.failure.message}{more}")
    if ran.left_open and connection.autocommit:
        connection.execute("COMMIT")
    return list(baselines.notes(connection, ran.passed)) if isinstance(ran, baselines.Built) else []


def failed(script: Path, error: psycopg.Error, before: str = "") -> ScriptError:
    """Return what to raise for a script that the server refused. before: what was sent in front of it."""
    position = error.diag.statement_position
    line = None
    if position is not None and int(position) > len(before):
        line = script.read_text(encoding="utf-8-sig").count("\n", 0, int(position) - len(before) - 1) + 1
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
