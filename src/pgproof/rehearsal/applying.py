"""Applies, says what it did, applies again, and keeps every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import database_state, findings
from pgproof.rehearsal.scratch_server import is_alive
from pgproof.rehearsal.steps import apply, look
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.scratch_server import Database
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script, Statement

_OPEN = "the transaction is still open at its end, so that nothing of it stays"
_LEAVE = "whoever is at work there loses it; wait with a lock_timeout instead, and run the script again"
_GUARD = "guard it (IF NOT EXISTS, CREATE OR REPLACE, or a DO block that looks first)"


def applies(rehearsal: Rehearsal, notices: list[str] | None = None) -> Iterator[Finding]:
    """Each up script, in order, up to the first that fails; one that fails must leave nothing.

    notices: gets what the scripts said.
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
    """Run one script; before: what the database looks like now."""
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
    """Each script again right after itself, and all of them again at the end, change nothing."""
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
    """Every row of every table of the baseline is as it was after each script; added columns do not count."""
    before = rehearsal.state_after(())
    blamed = set()
    with rehearsal.after(()) as source, rehearsal.after(()) as database, source.connect() as was:
        for script in rehearsal.ups:
            apply(database, script)
            with database.connect() as connection:
                for table, what in database_state.lost_data(connection, before, was):
                    if table not in blamed:
                        blamed.add(table)
                        yield findings.about("changes-data", script.path, f"{table}: {what}")


def unproven(rehearsal: Rehearsal) -> Iterator[str]:
    """What proves nothing: a script that changes nothing, a table without a fingerprint, one without rows."""
    for step, script in enumerate(rehearsal.ups):
        if not database_state.changes(
            rehearsal.state_after(rehearsal.ups[:step]), rehearsal.state_after(rehearsal.ups[: step + 1])
        ):
            yield f"it changes nothing, so that all else about it proves nothing: {script.path}"
    before = rehearsal.state_after(())
    for table in before.passed_over:
        yield f"not fingerprinted, so whether its rows survive is not known: {table}"
    empty = sorted(table for table, (count, _) in before.rows.items() if not count)
    if empty:
        yield f"without rows in the baseline, so that they are preserved proves nothing: {', '.join(empty)}"


def refuses(rehearsal: Rehearsal, bad: Script) -> Iterator[Finding]:
    """On a baseline with bad data, an up script fails and changes nothing. bad: the script that makes the data bad."""
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
            "accepts-bad-data", bad.path, what, "look for the bad rows first, and RAISE EXCEPTION naming them"
        )
