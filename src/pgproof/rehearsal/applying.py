"""Checks that the up scripts apply, apply again without effect, keep every row, and refuse bad data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import database_state, findings
from pgproof.rehearsal.scratch_server import is_alive
from pgproof.rehearsal.steps import apply, look
from pgproof.scripts import running
from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.scratch_server import Database
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script, Statement

_OPEN = "the transaction is still open at its end, so none of its changes stay"
_LEAVE = "whoever works there loses that work; wait with a lock_timeout instead, and run the script again"
_GUARD = "guard it (IF NOT EXISTS, CREATE OR REPLACE, or a DO block that checks first)"


def applies(rehearsal: Rehearsal, notices: list[str] | None = None) -> Iterator[Finding]:
    """Run each up script, in order, up to the first with a finding. A script that fails must leave nothing behind.

    notices: the scripts' notices are appended to it.
    """
    before = rehearsal.state_after(())
    with rehearsal.after(()) as database:
        for step, script in enumerate(rehearsal.ups, 1):
            found = list(one(database, script, before, notices))
            yield from found
            if found:
                return
            before = look(database)
            rehearsal.seen(rehearsal.ups[:step], before)


def one(
    database: Database, script: Script, before: DatabaseState, notices: list[str] | None = None
) -> Iterator[Finding]:
    """Run one script and yield what is wrong with that. before: the current state. notices: as for applies()."""
    witness = database.observer()
    ended: list[Statement] = []

    def look_after(statement: Statement) -> None:
        if not ended and not is_alive(witness):
            ended.append(statement)

    with database.connect() as connection:
        ran = running.run(connection, script, after=look_after)
    if ran.failure is not None:
        look_after(ran.failure.statement)
    yield from (findings.at("ends-other-connections", each, each.title, _LEAVE) for each in ended)
    if notices is not None:
        notices += ran.notices
    if ran.failure is not None:
        yield findings.failed(ran.failure)
        left = database_state.changes(before, look(database))
        if left:
            advice = "put the whole script between BEGIN and COMMIT"
            yield findings.at(
                "fails-half-way", ran.failure.statement, f"it leaves: {database_state.first(left)}", advice
            )
    elif ran.left_open:
        yield findings.at("open-transaction", script.statements[-1], _OPEN, "end it with COMMIT")


def idempotent(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Yield a finding unless each up script again after itself, and all of them again at the end, change nothing."""
    ups = rehearsal.ups
    rounds: list[tuple[int, tuple[Script, ...]]] = [(step, (ups[step - 1],)) for step in range(1, len(ups) + 1)]
    if len(ups) > 1:
        rounds.append((len(ups), ups))
    seen = set()
    for step, again in rounds:
        for found in _again(rehearsal, step, again):
            if (found.file, found.line) not in seen:
                seen.add((found.file, found.line))
                yield found


def _again(rehearsal: Rehearsal, step: int, again: Sequence[Script]) -> Iterator[Finding]:
    with rehearsal.after(rehearsal.ups[:step]) as database:
        for script in again:
            ran = apply(database, script)
            if ran.failure is not None:
                where, what = ran.failure.line, f"applied again, it fails: {ran.failure.message}"
                yield findings.Finding("not-idempotent", what, str(script.path), where, _GUARD)
                return
        changed = database_state.changes(rehearsal.state_after(rehearsal.ups[:step]), look(database))
        if changed:
            who = "it changes" if len(again) == 1 else "it and those after it change"
            what = f"applied again, {who}: {database_state.first(changed)}"
            yield findings.about("not-idempotent", again[0].path, what, _GUARD)


def preserves_data(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Yield each table whose rows an up script changed or removed, and each sequence it set back.

    Columns that a script adds do not count.
    """
    before = rehearsal.state_after(())
    blamed = set()
    with rehearsal.after(()) as source, rehearsal.after(()) as database, source.connect() as was:
        for script in rehearsal.ups:
            apply(database, script)
            with database.connect() as connection:
                for table, what in database_state.lost_data(connection, before, was):
                    if table not in blamed:
                        blamed.add(table)
                        yield findings.about("changes-data", script.path, f"{table}: {what}", subject=table)


def unproven(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield a note on what proves nothing: a script without effect, a table without a fingerprint or without rows."""
    for step, script in enumerate(rehearsal.ups):
        if not database_state.changes(
            rehearsal.state_after(rehearsal.ups[:step]), rehearsal.state_after(rehearsal.ups[: step + 1])
        ):
            yield f"it changes nothing, so everything else about it proves nothing: {script.path}"
    before = rehearsal.state_after(())
    for table in before.passed_over:
        yield f"not fingerprinted, so it is not known whether its rows survive: {table}"
    empty = sorted(table for table, (count, _) in before.rows.items() if not count and _matters(table, rehearsal.ups))
    if empty:
        yield f"no rows in the baseline, so preserving them proves nothing: {', '.join(empty)}"


def _matters(table: str, scripts: Sequence[Script]) -> bool:
    """Return whether a migration is about a table: any of the project's, and of the platform's those that it names."""
    if table.partition(".")[0] not in SCHEMAS:
        return True
    return any(table in statement.text for script in scripts for statement in script.statements)


def refuses(rehearsal: Rehearsal, bad: Script) -> Iterator[Finding]:
    """Yield a finding unless an up script fails on bad data and changes nothing. bad: the script that makes it bad."""
    with rehearsal.after(()) as database:
        ran = apply(database, bad)
        if ran.failure is not None:
            yield findings.failed(ran.failure, more=" (in the script that makes the bad data)")
            return
        for script in rehearsal.ups:
            before = look(database)
            ran = apply(database, script)
            if ran.failure is not None:
                left = database_state.changes(before, look(database))
                if left:
                    what = f"on the data of {bad.path}, it leaves: {database_state.first(left)}"
                    yield findings.at("fails-half-way", ran.failure.statement, what)
                return
        what = "every up script applies, as if the data were good"
        yield findings.about(
            "accepts-bad-data", bad.path, what, "look for the bad rows first, and name them in a RAISE EXCEPTION"
        )
