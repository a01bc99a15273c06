"""Checks that up and down ends where it began, also from half-way, and that up again ends where the first up did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import applying, database_state, findings, positions, steps
from pgproof.rehearsal.steps import apply, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pgproof.rehearsal.database_state import DatabaseState
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.steps import Rehearsal


def reversible(rehearsal: Rehearsal, notes: list[str] | None = None) -> Iterator[Finding]:
    """Yield what is wrong after all up and all down scripts, each in its own session, and after all up again.

    All of it in one database. Where each up script has a down script of its own, that has to end where its up began.
    notes: what two runs of one script differ in by nature is appended to it.
    """
    last = rehearsal.downs[-1].path
    with rehearsal.after(()) as database:
        before = [look(database)]
        for script in rehearsal.ups:
            apply(database, script)
            before.append(look(database))
        up = now = before[-1]
        told: set[str] = set()
        for script in rehearsal.downs:
            rehearsal.tell(script)
            found = list(applying.one(database, script, now))
            yield from found
            if found:
                return
            now = look(database)
            if rehearsal.pairs:
                before.pop()
                when = "after up and down" if len(rehearsal.ups) == 1 else "after its own up, and it"
                yield from _left(before[-1], now, script.path, when, told)
        if not rehearsal.pairs:
            yield from _left(before[0], now, last, "after up and down", told)
        for script in rehearsal.ups:
            ran = apply(database, script)
            if ran.failure is not None:
                yield findings.failed(ran.failure, "not-repeatable", " (up again after down)")
                return
        yield from _unlike(rehearsal, up, look(database), notes)


def _left(before: DatabaseState, now: DatabaseState, path: Path, when: str, told: set[str]) -> Iterator[Finding]:
    """Yield a finding unless the state is the same as before. told: differences that were told already."""
    left = database_state.changes(before, now)
    left += [f"{name}: {what}" for name, what in positions.set_back(before.positions, now.positions)]
    fresh = [each for each in left if each not in told]
    told.update(left)
    if fresh:
        yield findings.about("not-reversible", path, f"{when}: {database_state.first(fresh)}")


def _unlike(
    rehearsal: Rehearsal, up: DatabaseState, again: DatabaseState, notes: list[str] | None
) -> Iterator[Finding]:
    """Yield a finding unless the state after up, down and up is that after the first up, but for what has to differ."""
    left = database_state.changes(up, again)
    if not left:
        return
    nature = steps.nature(rehearsal, (), rehearsal.ups)
    if notes is not None:
        notes += nature.notes()
    left = database_state.changes(up, again, nature)
    if left:
        what = f"after up, down and up again: {database_state.first(left)}"
        yield findings.about("not-repeatable", rehearsal.downs[-1].path, what)


def half_way(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Yield what is wrong after the first up scripts, one or more but not all, followed by all down scripts.

    Nothing where each up script has a down script of its own: that is for its up alone.
    """
    if rehearsal.pairs:
        return
    for step in range(1, len(rehearsal.ups)):
        with rehearsal.after(rehearsal.ups[:step]) as database:
            after = rehearsal.ups[step - 1].path.name
            for script in rehearsal.downs:
                ran = apply(database, script)
                if ran.failure is not None:
                    yield findings.failed(ran.failure, "half-way-not-reversible", f" (down after {after})")
                    break
            else:
                left = database_state.changes(rehearsal.state_after(()), look(database))
                if left:
                    what = f"down after {after}: {database_state.first(left)}"
                    yield findings.about("half-way-not-reversible", rehearsal.downs[-1].path, what)
