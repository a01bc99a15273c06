"""A sqitch project: sqitch.plan names the changes in order; deploy/ and revert/ hold a script for each."""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.migrations.sources import Found, Source, Step
from pgproof.scripts.script import Unreadable, contents

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "sqitch.plan"
# Name, what it requires in brackets, the date, the planner; a reworked change comes a second time.
_CHANGE = re.compile(r"^[ \t]*\+?[ \t]*(?P<name>[^\s@#%+\-\[][^\s\[]*)(?=[ \t\r]|$)")
_TAG = re.compile(r"^[ \t]*@(?P<tag>\S+)")


def read(folder: Path) -> Found | None:
    """Return the changes of a project, None if the folder has no plan. Raises UsageError for a plan that is none."""
    plan = folder / PLAN
    if not plan.is_file():
        return None
    try:
        lines = contents(plan).splitlines()
    except Unreadable as problem:
        raise UsageError(f"{plan} {problem.what}; {problem.usually}") from None
    top = _top(folder)
    changes = _changes(lines)
    if not changes:
        raise UsageError(f"{plan} names no change; sqitch add writes one into it")
    steps = []
    for name in changes:
        up, down = (top / way / f"{name}.sql" for way in ("deploy", "revert"))
        steps.append(Step(name, Source(up), Source(down) if down.is_file() else None))
    found = Found("sqitch", steps)
    verifying = sum((top / "verify" / f"{name}.sql").is_file() for name in changes)
    if verifying:
        found.notes.append(f"the scripts of verify/ are not run here: {verifying}")
    return found


def _top(folder: Path) -> Path:
    """Return where the scripts are: the folder of the plan, unless sqitch.conf names another as top_dir."""
    known = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    try:
        lines = contents(folder / "sqitch.conf").splitlines()
        known.read_string("\n".join(line.strip() for line in lines))
    except (Unreadable, configparser.Error):
        # Without a readable one sqitch's own default holds.
        return folder
    return folder / known.get("core", "top_dir", fallback=".").strip('"')


def _changes(lines: list[str]) -> list[str]:
    """Return the name of the scripts of each change of a plan, in order.

    A change that is reworked comes again; the scripts of an earlier one are called NAME@TAG, by the first tag after it.
    """
    found: list[tuple[str, str | None]] = []
    for line in lines:
        if tag := _TAG.match(line):
            found = [(name, known or tag["tag"]) for name, known in found]
        elif change := _CHANGE.match(line):
            found.append((change["name"], None))
    last = {name: place for place, (name, _) in enumerate(found)}
    return [name if last[name] == place or tag is None else f"{name}@{tag}" for place, (name, tag) in enumerate(found)]
