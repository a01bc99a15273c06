"""Reads a baseline: dumps, other files, and folders of earlier migrations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.migrations import collecting, files, halves
from pgproof.migrations.runners import PSQL, RUNNERS
from pgproof.scripts.script import Script, Unreadable, contents, parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


# The header of pg_dump's output; a line of a function in it may look like a marker.
_DUMPED = re.compile(r"^-- PostgreSQL database (?:cluster )?dump\b", re.MULTILINE)


@dataclass
class Baseline:
    """What a baseline's files hold: scripts, in order, and what cannot be read.

    unread: one sentence on each earlier migration that is not SQL, so that what it does is missing.
    """

    scripts: list[Script] = field(default_factory=list)
    problems: list[Unreadable] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def baseline(given: Sequence[Path]) -> Baseline:
    """Return what is in the files of a baseline, dumps among them; of folders and files with both ways, the ways up.

    Raises UsageError for a folder that holds no migrations.
    """
    whole = Baseline()
    for path in given:
        if path.is_dir() or _holds_both_ways(path):
            found = files.ups([path])
            earlier = collecting.Migration(RUNNERS[found.layout or PSQL], notes=found.notes, unread=found.unread)
            collecting.apply(found.steps, earlier)
            collecting.sum_up(earlier)
            whole.scripts += earlier.before
            whole.problems += earlier.problems
            whole.unread += earlier.unread
            whole.notes += [f"in the baseline, {each}" for each in earlier.notes]
            continue
        try:
            whole.scripts.append(parse(path, contents(path), dump=True))
        except Unreadable as problem:
            # Also an empty one: somebody named it, so it is perhaps a dump that went wrong.
            whole.problems.append(problem)
    return whole


def _holds_both_ways(path: Path) -> bool:
    try:
        text = contents(path)
    except Unreadable:
        # Parsing it says why.
        return False
    return halves.tool_of(text) is not None and not _DUMPED.search(text)
