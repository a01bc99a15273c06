"""Where the judged part of a chain of migrations begins: at the one that --from names, by its name or its number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.migrations.sources import Step

# Flyway's V5, but not its V5.1, and the number that others begin with.
_OWN = re.compile(r"V(\d+)(?!\d|[._]\d)|(\d+)")
_LONGEST = 40


def place(steps: Sequence[Step], start: str | None, notes: list[str]) -> int:
    """Return the place of the first step that is judged. notes: gets where that is. Raises UsageError for none.

    start: None for the whole. A name decides, then a migration's own number, and only then the count.
    """
    if start is None:
        return 0
    found = _found(steps, start)
    before = {0: "", 1: "; the one before it is applied to the baseline"}
    told = before.get(found, f"; the {found} before it are applied to the baseline")
    notes.append(f"--from {start}: judged from {steps[found].name} on, number {found + 1} of {len(steps)}{told}")
    return found


def _found(steps: Sequence[Step], start: str) -> int:
    called = [
        place
        for place, step in enumerate(steps)
        if start in (step.name, step.name.removesuffix(".sql"), step.up.path.name, str(step.up.path))
    ]
    if len(called) == 1:
        return called[0]
    if start.isdecimal() and len(start) <= _LONGEST:
        count = int(start)
        numbered = [place for place, step in enumerate(steps) if _own(step.name) == count]
        if numbered:
            return numbered[0]
        if 0 < count <= len(steps):
            return count - 1
    last = f" to {steps[-1].name}" if len(steps) > 1 else ""
    raise UsageError(
        f"--from {start[:_LONGEST]}: no migration is called so, and there are {len(steps)}: {steps[0].name}{last};"
        f" name one of them, or give a number from 1 to {len(steps)}"
    )


def _own(name: str) -> int | None:
    found = _OWN.match(name)
    return int(found[1] or found[2]) if found and len(found.group()) <= _LONGEST else None
