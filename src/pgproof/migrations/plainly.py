"""Plain .sql files of nobody's layout: their order, and their ways down, by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.migrations import foreign, names, ways
from pgproof.migrations.sources import Found, Source, Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read(folder: Path) -> Found | None:
    """Return anybody's: .sql files as people count, with their ways down by name, or in two folders, up and down."""
    back, ahead = (
        next((each for each in sorted(folder.iterdir()) if each.is_dir() and each.name.lower() in words), None)
        for words in (("down", "downs", "rollback", "rollbacks", "revert"), ("up", "ups", "deploy", "migrations"))
    )
    found_here = scripts(folder)
    if not found_here and ahead is not None:
        found_here = [*scripts(ahead), *(scripts(back) if back else ())]
    chosen = [each for each in found_here if re.search(r"\d", each.name)] or found_here
    if not chosen:
        return None
    found = plain(chosen)
    foreign.look((each for each in files(folder) if each not in chosen), found)
    read_from = {each.parent for each in chosen}
    unread = sorted({each.parent.name for each in folder.glob("*/*.sql")} - {each.name for each in read_from})
    if unread:
        found.notes.append(f"not read, although there is SQL in them: the folders {', '.join(unread)}")
    return found


def plain(files: Sequence[Path]) -> Found:
    """Return the migrations that plain files are, in the order in which people count, and ways down for all of them.

    Steps have ways down of their own, all or those that are called like one, or none has one.
    """
    ups, downs = ways.divide(in_order(files))
    said, own = ways.notes(ups, downs), names.pairs(ups, downs) or names.partners(ups, downs)
    if own is None:
        steps = [Step(each.name, Source(each)) for each in ups]
        return Found(None, steps, [Source(each) for each in reversed(downs)], said)
    backs = [None if place is None else Source(downs[place]) for place in own]
    steps = [Step(up.name, Source(up), back) for up, back in zip(ups, backs, strict=True)]
    return Found(None, steps, notes=said)


def in_order(files: Sequence[Path]) -> list[Path]:
    """Return files as people count: 2 before 10."""
    return sorted(files, key=lambda each: names.natural(each.name))


def scripts(folder: Path) -> list[Path]:
    """Return the .sql files in a folder. Raises UsageError if it cannot be read."""
    try:
        return [each for each in files(folder) if each.suffix == ".sql"]
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from None


def files(folder: Path) -> list[Path]:
    """Return the files in a folder that are not hidden, by name. Raises OSError."""
    return sorted(each for each in folder.iterdir() if each.is_file() and not each.name.startswith("."))
