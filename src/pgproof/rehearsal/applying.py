"""Checks that the up scripts apply, have an effect, leave nothing behind when they fail, and refuse bad data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import conditions, database_state, findings
from pgproof.rehearsal.database import is_alive
from pgproof.rehearsal.steps import apply, look
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.findings import Finding
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


def applies(rehearsal: Rehearsal, notices: list[str] | None = None) -> Iterator[Finding]:
    """Run each up script, in order, up to the first with a finding. A script that fails must leave nothing behind.

    notices: the scripts' notices are appended to it.
    """
    first = before = rehearsal.state_after(())
    with rehearsal.after(()) as database:
        for step, script in enumerate(rehearsal.ups, 1):
            rehearsal.tell(script)
            counts: list[int] = []
            found = list(one(database, script, before, notices, counts))
            yield from found
            if found:
                return
            after = look(database)
            rehearsal.seen(rehearsal.ups[:step], after)
            told = list(conditions.unmet(script, counts, (first, before, after), rehearsal.bare))
            rehearsal.unmet.setdefault(script, told)
            before = after


def one(
    database: Database,
    script: Script,
    before: DatabaseState,
    notices: list[str] | None = None,
    counts: list[int] | None = None,
) -> Iterator[Finding]:
    """Run one script and yield what is wrong with that. before: the current state. notices: as for applies().

    counts: those of running.Ran are appended to it.
    """
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
    if counts is not None:
        counts += ran.counts
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


def changes_something(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Yield a finding for each up script without any effect: neither catalog nor roles, rows nor sequences change.

    A script whose effect does not show there, such as one that vacuums or notifies, is not judged; nor is one that ran
    before in the same chain, or one that changes rows of which the baseline brings none, as applies() has found.
    """
    for step, script in enumerate(rehearsal.ups):
        if (
            rehearsal.unmet.get(script)
            or script in rehearsal.ups[:step]
            or any(map(_acts_elsewhere, script.statements))
        ):
            continue
        before, after = rehearsal.state_after(rehearsal.ups[:step]), rehearsal.state_after(rehearsal.ups[: step + 1])
        if not database_state.changes(before, after) and before.positions == after.positions:
            yield findings.about("changes-nothing", script.path, _NOTHING, _WITHOUT_EFFECT)


def _acts_elsewhere(statement: Statement) -> bool:
    """Return whether a statement has an effect that no catalog and no row shows, or brings what a platform may have."""
    guarded = statement.kind == "CreateExtensionStmt" and statement.node.if_not_exists
    return guarded or statement.outside is not None or statement.kind in _ELSEWHERE


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
