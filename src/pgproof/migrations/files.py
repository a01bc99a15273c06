"""Single files of the command line: a file of a migration tool is known by its markers, its name or its folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.migrations import folders, halves, orms, plainly, sqitch, ways
from pgproof.migrations.sources import Found, Source, Step
from pgproof.scripts.script import Unreadable, contents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAMES = (
    (re.compile(r"[VUR](?:\d+(?:[._]\d+)*)?__.+\.sql"), "flyway"),
    (re.compile(r"\d+_.+\.(?:up|down)\.sql"), "golang-migrate"),
)


def ups(given: Sequence[Path]) -> Found:
    """Return the migrations in files and folders, in the order in which they were given. Raises UsageError."""
    whole = Found(None, [])
    for path in given:
        if path.name == sqitch.PLAN or path.is_dir():
            found = folders.read(path.parent if path.name == sqitch.PLAN else path)
        else:
            found = _one(path)
        whole.steps += found.steps
        whole.layout = whole.layout or found.layout
        whole.downs[:0] = found.downs
        whole.notes += found.notes
        whole.unread += found.unread
    return whole


def downs(given: Sequence[Path]) -> list[Source]:
    """Return the ways down in files and folders; of a file that holds both ways, the half. Raises UsageError."""
    found: list[Source] = []
    for path in given:
        if path.is_dir():
            # A folder of ways down need not say so in each name.
            scripts = plainly.scripts(path)
            if ways.is_back(path):
                found += [Source(each) for each in reversed(plainly.in_order(scripts))]
                continue
            read = plainly.plain(scripts)
            own = [step.down or step.up for step in reversed(read.steps)]
            found += read.downs or own
        else:
            found.append(_down(path))
    return found


def _one(path: Path) -> Found:
    try:
        text = contents(path)
        step = halves.step(path, text)
    except Unreadable as problem:
        return Found(_tool(path), [Step(path.name, Source(path, problem=problem))])
    if step is not None and not (halves.tool_of(text) == "node-pg-migrate" and _tool(path) == "supabase"):
        return Found(halves.tool_of(text), [step])
    name = f"{path.parent.name}/{path.name}" if path.name in ("up.sql", orms.FILE) else path.name
    return Found(_tool(path), [Step(name, Source(path, text))])


def _down(path: Path) -> Source:
    try:
        text = contents(path)
        marked = halves.split(path, text)
    except Unreadable as problem:
        return Source(path, problem=problem)
    if marked is None:
        return Source(path, text)
    if marked.down is None:
        what = f"{marked.tool} finds no way down in it"
        return Source(path, problem=Unreadable("refused-by-runner", path, None, what, "mark its half that goes back"))
    return marked.down


def _tool(path: Path) -> str | None:
    """Return the tool that a file's name or folder speaks of, None for anybody's."""
    folder = path.absolute().parent
    for name, tool in _NAMES:
        if name.fullmatch(path.name):
            return tool
    if (folder.parent / sqitch.PLAN).is_file() and folder.name == "deploy":
        return "sqitch"
    if (folder.parent.name, folder.name) == ("supabase", "migrations") and re.match(r"\d+_", path.name):
        return "supabase"
    if path.name == "up.sql" and folders.VERSIONED.match(folder.name):
        return "diesel"
    return orms.tool_of(path)
