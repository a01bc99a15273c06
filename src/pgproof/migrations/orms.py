"""The folders of Prisma and Drizzle: a folder with migration.sql for each migration, or files that a journal names.

Prisma sent a file as one query up to version 7.3 (simple_query of the script); since 7.4 it sends each statement by
itself (prisma-engines, pull requests 5767 and 5847). Drizzle applies all that is pending in one transaction (migrate()
of its PgDialect).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError
from pgproof.migrations import foreign, names, plainly
from pgproof.migrations.sources import Found, Source, Step
from pgproof.scripts.script import Unreadable, contents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pgproof.scripts.script import Script

FILE = "migration.sql"
# Prisma writes 20240131120000_init, and people 0_init for what was there before.
_NAMED = re.compile(r"\d+_")
# Drizzle's, between two statements.
_BREAK = re.compile(r"-->[ \t]*statement-breakpoint")
_TOGETHER = "Drizzle applies all files that are pending in one transaction, and here each has its own"
_VERSIONS = {
    "prisma": "Prisma 7.4 and later send each statement by itself; --runner prisma-7.3 rehearses what older ones do",
    "prisma-7.3": "Prisma up to 7.3 sends a file as one query; --runner prisma rehearses what 7.4 and later do",
}
_FIRST_WITH_STATEMENTS = (7, 4)
_ABOVE = 4


def folders(folder: Path) -> Found | None:
    """Prisma's, and Drizzle's of today: a folder for each, with migration.sql and perhaps, by hand, down.sql."""
    inside = sorted(each.parent for each in folder.glob(f"*/{FILE}"))
    if is_one(folder / FILE):
        inside = [folder]
    if not inside:
        return None
    steps = []
    for each in inside:
        down = each / "down.sql"
        steps.append(Step(each.absolute().name, Source(each / FILE), Source(down) if down.is_file() else None))
    tool = next((tool for each in inside if (tool := tool_of(each / FILE)) == "drizzle"), None) or _prisma(folder)
    found = Found(tool, steps, notes=[_VERSIONS.get(tool, _TOGETHER)])
    foreign.look((each for each in plainly.files(folder) if each.parent not in inside), found)
    return found


def journal(folder: Path) -> Found | None:
    """Drizzle's: the files that meta/_journal.json names, in its order; without one, by number. None has a way back."""
    entries = folder / "meta" / "_journal.json"
    own = plainly.in_order(plainly.scripts(folder))
    if entries.is_file():
        chosen = [folder / f"{tag}.sql" for tag in _tags(entries)]
    elif any(map(_is_divided, own)):
        chosen = [each for each in own if names.number(each.name) is not None or _is_divided(each)]
    else:
        return None
    found = Found("drizzle", [Step(each.name, Source(each)) for each in chosen], notes=[_TOGETHER])
    left = [each.name for each in own if each not in chosen]
    if left and entries.is_file():
        found.notes.append(f"left out, since {entries} does not name them: {', '.join(left)}")
    foreign.look((each for each in plainly.files(folder) if each not in own), found)
    return found


def is_one(path: Path) -> bool:
    """Return whether a file is the migration.sql in the folder of one migration."""
    return path.name == FILE and path.is_file() and bool(_NAMED.match(path.absolute().parent.name))


def tool_of(path: Path) -> str | None:
    """Return the tool that made a file, None for anybody's."""
    if _is_divided(path) or (path.name == FILE and (path.parent / "snapshot.json").is_file()):
        return "drizzle"
    return _prisma(path.parent) if is_one(path) else None


def labels_too_early(ups: Sequence[Script]) -> list[str]:
    """Return a sentence on each label of an enum that Drizzle cannot use yet, as another pending file adds it.

    PostgreSQL refuses that in one transaction, unless the type is new there, too (ALTER TYPE, notes).
    """
    said = []
    statements = [each for up in ups for each in up.statements]
    new = {each.node.typeName[-1].sval for each in statements if each.kind == "CreateEnumStmt"}
    for place, up in enumerate(ups):
        added = [each for each in up.statements if each.kind == "AlterEnumStmt" and not each.node.oldVal]
        for statement in (each for each in added if each.node.typeName[-1].sval not in new):
            label = statement.node.newVal.replace("'", "''")
            later = next((each for each in ups[place + 1 :] if _mentions(each, f"'{label}'")), None)
            if later is not None:
                name = later.path.parent.name if later.path.name == FILE else later.path.name
                said.append(
                    f"{later.path} seems to use the label '{label}', which {up.path}:{statement.line} adds to an enum:"
                    " Drizzle applies both in one transaction if both are pending, and PostgreSQL refuses that; apply"
                    f" them in two deployments, and rehearse the second with --from {name}"
                )
    return said


def _mentions(script: Script, text: str) -> bool:
    return any(text in each.text for each in script.statements)


def _is_divided(path: Path) -> bool:
    try:
        return bool(_BREAK.search(contents(path)))
    except Unreadable:
        # Parsing it says why.
        return False


def _tags(entries: Path) -> list[str]:
    """Return the names of the files of a journal, without their suffix. Raises UsageError for what is none."""
    found = _json(entries).get("entries")
    every = found if isinstance(found, list) else []
    tags = [each["tag"] for each in every if isinstance(each, dict) and isinstance(each.get("tag"), str)]
    if not isinstance(found, list) or len(tags) < len(found):
        raise UsageError(
            f"{entries} is not a journal of Drizzle's: expected entries, each with a tag; restore the file"
        )
    return tags


def _prisma(folder: Path) -> str:
    """Return the runner of the version of Prisma that the project has, today's if nothing says which that is."""
    for above in (folder.absolute(), *folder.absolute().parents[:_ABOVE]):
        installed = _json(above / "node_modules" / "prisma" / "package.json").get("version")
        package = _json(above / "package.json")
        asked = [(package.get(kind) or {}) for kind in ("devDependencies", "dependencies")]
        wanted = next((each["prisma"] for each in asked if isinstance(each, dict) and "prisma" in each), None)
        for version in (installed, wanted):
            if found := re.match(
                r"\s*(?:(?P<open>\^|>=)|~)?\s*v?(?P<major>\d{1,4})(?:\.(?P<minor>\d{1,4}))?", str(version)
            ):
                open_ended = found["open"] is not None or found["minor"] is None
                minor = _FIRST_WITH_STATEMENTS[1] if open_ended else int(found["minor"])
                return "prisma" if (int(found["major"]), minor) >= _FIRST_WITH_STATEMENTS else "prisma-7.3"
    return "prisma"


def _json(path: Path) -> dict[str, Any]:
    """Return the object in a file, an empty one if there is none."""
    try:
        found = json.loads(contents(path))
    except (Unreadable, ValueError, RecursionError):
        # Whoever needs it says what it lacks.
        return {}
    return found if isinstance(found, dict) else {}
