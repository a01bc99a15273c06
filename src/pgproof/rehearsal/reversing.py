"""Checks that up and down ends where it began, also from half-way, and that up again ends where the first up did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import applying, database_state, findings, positions
from pgproof.rehearsal.steps import apply, look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.steps import Rehearsal


def reversible(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Yield what is wrong after all up and all down scripts, each in its own session, and after all up again."""
    with rehearsal.after(rehearsal.ups) as database:
        for script in rehearsal.downs:
            found = list(applying.one(database, script, look(database)))
            yield from found
            if found:
                return
        last = rehearsal.downs[-1].path
        before, now = rehearsal.state_after(()), look(database)
        left = database_state.changes(before, now)
        left += [f"{name}: {what}" for name, what in positions.set_back(before.positions, now.positions)]
        if left:
            yield findings.about("not-reversible", last, f"after up and down: {database_state.first(left)}")
        for script in rehearsal.ups:
            ran = apply(database, script)
            if ran.failure is not None:
                yield findings.failed(ran.failure, "not-repeatable", " (up again after down)")
                return
        left = database_state.changes(rehearsal.state_after(rehearsal.ups), look(database))
        if left:
            yield findings.about("not-repeatable", last, f"after up, down and up again: {database_state.first(left)}")


def half_way(rehearsal: Rehearsal) -> Iterator[Finding]:
    """Yield what is wrong after the first up scripts, one or more but not all, followed by all down scripts."""
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
