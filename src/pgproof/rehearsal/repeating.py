"""Checks that up scripts that are applied again change nothing."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pgproof.rehearsal import database_state, findings
from pgproof.rehearsal.database_state import Nature
from pgproof.rehearsal.steps import apply, look

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script

_GUARD = "guard it (IF NOT EXISTS, CREATE OR REPLACE, or a DO block that checks first)"


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
