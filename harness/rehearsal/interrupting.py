"""Interrupts a script at every statement, in three ways; then the database is as before, or the script is through.

An error after the statement: a failing query, after which psql gives up. The backend terminated in it: the statement is
sent together with a call that ends its own session, so that it never gets to its commit; what that does not show is a
termination in the middle of one long statement. The server killed: every process gets SIGKILL right after the
statement, and recovers from what it had written; what that does not show is a power cut.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import psycopg

from harness.rehearsal import findings, picture, running
from harness.rehearsal.stages import look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from harness.rehearsal.findings import Finding
    from harness.rehearsal.stages import Rehearsal
    from harness.rehearsal.workshop import Database, Workshop
    from harness.script import Script

    Interrupt = Callable[[Workshop, Database, Script, int], None]

_ADVICE = "put the whole script between BEGIN and COMMIT, so that it happens altogether or not at all"


def _error_after(_: Workshop, database: Database, script: Script, place: int) -> None:
    with database.connect() as connection:
        running.run(connection, script, until=place + 1)
        try:
            connection.execute("SELECT 1 / 0")
        except psycopg.Error:
            return
    raise AssertionError("a division by zero is an error")


def _terminated_in(_: Workshop, database: Database, script: Script, place: int) -> None:
    with database.connect() as connection:
        running.run(connection, script, until=place)
        # The line break ends a comment that the statement may end with.
        both = f"{script.statements[place].text}\n;SELECT pg_terminate_backend(pg_backend_pid())"
        try:
            connection.execute(both.encode())
        except psycopg.Error:
            assert connection.closed, "the session ended"
            return
    raise AssertionError("the session is still there")


def _killed_after(workshop: Workshop, database: Database, script: Script, place: int) -> None:
    with database.connect() as connection:
        running.run(connection, script, until=place + 1)
        workshop.crash()


HOW: dict[str, Interrupt] = {
    "an error after it": _error_after,
    "its backend terminated in it": _terminated_in,
    "the server killed after it": _killed_after,
}


def atomic(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script, how: str) -> Iterator[Finding]:
    """Interrupt one script, after those in prefix, at each of its statements, in one way. At most one finding."""
    before, after = rehearsal.picture(prefix), rehearsal.picture([*prefix, script])
    places, worst = [], None
    with ExitStack() as stack:
        database = None
        for place, statement in enumerate(script.statements):
            fresh = database is None
            database = database or stack.enter_context(rehearsal.after(prefix))
            HOW[how](rehearsal.workshop, database, script, place)
            now = look(database)
            if picture.differences(before, now) and not fresh:
                # What no transaction takes back, such as a sequence's position, may have added up. Once more, anew.
                stack.close()
                database = stack.enter_context(rehearsal.after(prefix))
                HOW[how](rehearsal.workshop, database, script, place)
                now = look(database)
            left = picture.differences(before, now)
            if left:
                stack.close()
                database = None
                if picture.differences(now, after):
                    places.append(statement.line)
                    worst = worst or (statement, left)
    if worst is not None:
        lines = ", ".join(map(str, places))
        what = f"with {how}, at line {lines}, it leaves: {picture.first(worst[1])}"
        yield findings.at("not-atomic", worst[0], what, _ADVICE)


def can_be_atomic(script: Script) -> bool:
    """Whether no statement of it has to run outside a transaction."""
    return not any(statement.outside for statement in script.statements)


def all_of(rehearsal: Rehearsal) -> Iterator[tuple[Sequence[Script], Script]]:
    """Each script of a rehearsal with those that come before it: the way up, then the way down."""
    way: list[Any] = [*rehearsal.ups, *rehearsal.downs]
    for place, script in enumerate(way):
        if can_be_atomic(script):
            yield way[:place], script
