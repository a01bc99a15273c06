"""Checks that the up scripts apply, apply again without effect, keep every row, and refuse bad data."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pgproof.rehearsal import database_state, findings, losses, views
from pgproof.rehearsal.database_state import Nature
from pgproof.rehearsal.losses import Loss
from pgproof.rehearsal.scratch_server import is_alive
from pgproof.rehearsal.steps import apply, look
from pgproof.scripts import running
from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.losses import Kept
    from pgproof.rehearsal.scratch_server import Database
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script, Statement

_OPEN = "the transaction is still open at its end, so none of its changes stay"
_LEAVE = "whoever works there loses that work; wait with a lock_timeout instead, and run the script again"
# Statements for the sake of storage, statistics, other sessions or other servers.
_ELSEWHERE = (
    "CheckPointStmt",
    "ClusterStmt",
    "CopyStmt",
    "LoadStmt",
    "NotifyStmt",
    "RefreshMatViewStmt",
    "ReindexStmt",
    "VacuumStmt",
)
_NOTHING = "neither schema, roles nor rows are other than before"
_WITHOUT_EFFECT = (
    "a condition that is never met, a ROLLBACK at the end, only checks, or what the baseline has already: correct the"
    " condition, rehearse on a baseline that lacks it (as the database does that the file is for), or leave the file"
    " out of the migration"
)
_TRANSITION = (
    "whoever still reads the old name fails: keep it for a while, for a table as a view, for a column as a generated"
    " one or in a view"
)
_GUARD = "guard it (IF NOT EXISTS, CREATE OR REPLACE, or a DO block that checks first)"


def applies(rehearsal: Rehearsal, notices: list[str] | None = None) -> Iterator[Finding]:
    """Run each up script, in order, up to the first with a finding. A script that fails must leave nothing behind.

    notices: the scripts' notices are appended to it.
    """
    before = rehearsal.state_after(())
    with rehearsal.after(()) as database:
        for step, script in enumerate(rehearsal.ups, 1):
            rehearsal.tell(script)
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
    witness = database.witness()
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
    """Yield a finding unless each up script again after itself, and all of them again at the end, change nothing.

    Each is judged in the database that it was just applied to.
    """
    ups, fine = rehearsal.ups, True
    with ExitStack() as stack:
        database: Database | None = None
        for step, script in enumerate(ups, 1):
            rehearsal.tell(script)
            if database is None:
                database = stack.enter_context(rehearsal.after(ups[:step]))
            else:
                apply(database, script)
            found, clean = _again(database, (script,))
            yield from found
            fine = fine and not found
            if not clean:
                stack.close()
                database = None
        if len(ups) > 1 and fine and database is not None:
            yield from _again(database, ups)[0]


def _again(database: Database, again: Sequence[Script]) -> tuple[list[Finding], bool]:
    """Run scripts again; return what is wrong with that, and whether the database is as it was."""
    before = look(database)
    for script in again:
        ran = apply(database, script)
        if ran.failure is not None:
            where, what = ran.failure.line, f"applied again, it fails: {ran.failure.message}"
            found = findings.Finding("not-idempotent", what, str(script.path), where, _GUARD)
            return [found], not database_state.changes(before, look(database))
    # The same password is salted anew each time.
    nature = Nature(passwords=frozenset(before.passwords))
    changed = database_state.changes(before, look(database), nature)
    if not changed:
        return [], True
    who = "it changes" if len(again) == 1 else "it and those after it change"
    what = f"applied again, {who}: {database_state.first(changed)}"
    return [findings.about("not-idempotent", again[0].path, what, _GUARD)], False


def preserves_data(rehearsal: Rehearsal, notes: list[str] | None = None) -> Iterator[Finding]:
    """Yield each table whose rows an up script changed or removed, each new name, and each sequence it set back.

    What a script adds does not count. notes: those on views are appended to it.
    """
    notes = [] if notes is None else notes
    blamed: set[tuple[str, str]] = set()
    with rehearsal.after(()) as database:
        before, shown = look(database), views.read(database.observer())
        for step, script in enumerate(rehearsal.ups):
            rehearsal.tell(script)
            apply(database, script)
            after = look(database)
            found, kept = losses.structure(before, after)
            touched = losses.touched(before, after, kept, database.observer())
            found += _of_rows(rehearsal, step, touched)
            for each in sorted(found):
                if (each.name, each.about) not in blamed:
                    blamed.add((each.name, each.about))
                    advice = _TRANSITION if each.name == "renames" else None
                    yield findings.about(each.name, script.path, f"{each.about}: {each.what}", advice)
            notes += (f"{script.path}: {said}" for said in views.changed(shown, database.observer()))
            before, shown = after, views.read(database.observer()) if shown or _has_views(after) else {}


def _has_views(state: DatabaseState) -> bool:
    return any(each.get("kind") in ("v", "m") for each in state.catalog.of_kind("relation").values())


def _of_rows(rehearsal: Rehearsal, step: int, touched: Sequence[Kept]) -> list[Loss]:
    """Return what an up script did to the rows of these tables, found out on two copies of one database."""
    if not touched:
        return []
    found = []
    with rehearsal.after(rehearsal.ups[:step]) as source, rehearsal.after(rehearsal.ups[:step]) as database:
        apply(database, rehearsal.ups[step])
        for each in touched:
            what = losses.of_rows(each, source.observer(), database.observer())
            if what is not None:
                found.append(Loss("changes-data", each.before, what))
    return found


def changes_something(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Yield a finding for each up script without any effect: neither catalog nor roles, rows nor sequences change.

    A script whose effect does not show there, such as one that vacuums or notifies, is not judged; nor is one that ran
    before in the same chain.
    """
    for step, script in enumerate(rehearsal.ups):
        if script in rehearsal.ups[:step] or any(map(_acts_elsewhere, script.statements)):
            continue
        before, after = rehearsal.state_after(rehearsal.ups[:step]), rehearsal.state_after(rehearsal.ups[: step + 1])
        if not database_state.changes(before, after) and before.positions == after.positions:
            yield findings.about("changes-nothing", script.path, _NOTHING, _WITHOUT_EFFECT)


def _acts_elsewhere(statement: Statement) -> bool:
    """Return whether a statement has an effect that no catalog and no row shows, or brings what a platform may have."""
    guarded = statement.kind == "CreateExtensionStmt" and statement.node.if_not_exists
    return guarded or statement.outside is not None or statement.kind in _ELSEWHERE


def unproven(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield a note on what proves nothing: a table without a fingerprint or without rows."""
    before = rehearsal.state_after(())
    for table in before.passed_over:
        yield f"not fingerprinted, so it is not known whether its rows survive: {table}"
    empty = sorted(table for table, held in before.rows.items() if not held.count and _matters(table, rehearsal.ups))
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
