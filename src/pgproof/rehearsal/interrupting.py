"""Interrupts a script at every statement, in three ways; the database must then be as before, or as after the script.

An error after the statement: a failing query, after which psql gives up. The backend terminated in the statement:
another session locks what the statement needs to write, and terminates the backend once it waits; this does not show a
termination later in the statement. A statement that writes nothing, such as BEGIN, has ended by then, and its session
is terminated after it. The server killed: every process gets SIGKILL right after the statement, and the server recovers
from what it had written; this does not show a power cut.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import psycopg

from pgproof.rehearsal import committing, database_state, findings, steps, terminating
from pgproof.rehearsal.steps import apply, look
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.database_state import DatabaseState, Nature
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script, Statement

    Interrupt = Callable[[ScratchServer, Database, Script, int], None]

_IN_IT = "its backend terminated in it"
_ADVICE = "put the whole script between BEGIN and COMMIT, so it happens completely or not at all"


def _error_after(_: ScratchServer, database: Database, script: Script, place: int) -> None:
    with database.connect() as connection:
        running.run(connection, script, until=place + 1)
        try:
            connection.execute("SELECT 1 / 0")
        except psycopg.Error:
            return
    raise AssertionError("a division by zero is an error")


def _terminated_in(_: ScratchServer, database: Database, script: Script, place: int) -> None:
    terminating.terminate(database, script, place)


def _killed_after(server: ScratchServer, database: Database, script: Script, place: int) -> None:
    with database.connect() as connection:
        running.run(connection, script, until=place + 1)
        server.crash()


HOW: dict[str, Interrupt] = {
    "an error after it": _error_after,
    _IN_IT: _terminated_in,
    "the server killed after it": _killed_after,
}


@dataclass
class _Judge:
    """Judges what the interruptions of one script leave. Everything is compared with copies of one database."""

    rehearsal: Rehearsal
    prefix: Sequence[Script]
    script: Script
    # The places after which no transaction had a number, so that nothing can have been written.
    idle: set[int] = field(default_factory=set)

    @cached_property
    def _before(self) -> DatabaseState:
        with self.rehearsal.after(self.prefix) as database:
            return look(database)

    @cached_property
    def _after(self) -> DatabaseState:
        with self.rehearsal.after(self.prefix) as database:
            apply(database, self.script)
            return look(database)

    @cached_property
    def _nature(self) -> Nature:
        return steps.nature(self.rehearsal, self.prefix, (self.script,))

    def left(self, how: str, place: int) -> tuple[list[str], bool]:
        """Interrupt the script on a fresh copy; return what that leaves, and whether that is all the script does."""
        with self.rehearsal.after(self.prefix) as database:
            HOW[how](self.rehearsal.server, database, self.script, place)
            now = look(database)
        left = database_state.changes(self._before, now)
        if not left or not database_state.changes(now, self._after):
            return left, True
        # What the clock and chance decide is another value in each run.
        return left, not database_state.changes(now, self._after, self._nature)


def all_atomic(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Interrupt each script that can be atomic, on the way up and down, in every way until one leaves something.

    As long as nothing is left, all of it happens in one database, which goes along the way.
    """
    way = [*rehearsal.ups, *rehearsal.downs]
    with ExitStack() as stack:
        database: Database | None = None
        for place, script in enumerate(way):
            database = database or stack.enter_context(rehearsal.after(way[:place]))
            judge = _Judge(rehearsal, way[:place], script)
            rehearsal.tell(script)
            for how in HOW if can_be_atomic(script) else ():
                database = database or stack.enter_context(rehearsal.after(way[:place]))
                found, clean = _interrupted(judge, how, database)
                yield from found
                if not clean:
                    stack.close()
                    database = None
                if found:
                    # The other ways of interrupting would leave the same.
                    break
            if database is not None:
                apply(database, script)


def atomic(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script, how: str) -> Iterator[Finding]:
    """Interrupt one script, run after those in prefix, at each of its statements. Yields at most one finding.

    how: a key of HOW.
    """
    with rehearsal.after(prefix) as database:
        yield from _interrupted(_Judge(rehearsal, prefix, script), how, database)[0]


def _interrupted(judge: _Judge, how: str, database: Database) -> tuple[list[Finding], bool]:
    """Interrupt a script at each statement; return what is wrong, and whether the database is still as before."""
    places: list[int] = []
    worst: tuple[Statement, list[str]] | None = None
    clean = True
    for place, statement in enumerate(judge.script.statements):
        if place == len(judge.script.statements) - 1 and (how != _IN_IT or statement.kind == "TransactionStmt"):
            # The script has done all that it does.
            break
        if place in judge.idle:
            continue
        if clean:
            since = committing.mark(database.observer())
            HOW[how](judge.rehearsal.server, database, judge.script, place)
            if committing.nothing_since(database.observer(), since):
                if committing.mark(database.observer()) == since:
                    judge.idle.add(place)
                continue
        left, whole = judge.left(how, place)
        clean = clean and not left
        if left and not whole:
            places.append(statement.line)
            worst = worst or (statement, left)
    if worst is None:
        return [], clean
    lines = ", ".join(map(str, places))
    what = f"with {how}, at line {lines}, it leaves: {database_state.first(worst[1])}"
    return [findings.at("not-atomic", worst[0], what, _ADVICE)], clean


def can_be_atomic(script: Script) -> bool:
    """Return whether every statement of a script can run inside a transaction."""
    return not any(statement.outside for statement in script.statements)


def all_of(rehearsal: Rehearsal) -> Iterator[tuple[Sequence[Script], Script]]:
    """Yield each script that can be atomic, after the scripts that run before it: the way up, then the way down."""
    way = [*rehearsal.ups, *rehearsal.downs]
    for place, script in enumerate(way):
        if can_be_atomic(script):
            yield way[:place], script
