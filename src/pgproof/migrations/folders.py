"""The folders of migration tools, each recognised by what lies in it, read in the order of its tool."""

from __future__ import annotations

import re
import sys
import tomllib
from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.migrations import foreign, halves, names, orms, plainly, sqitch, supabase, ways
from pgproof.migrations.sources import Found, Source, Step
from pgproof.scripts.script import Unreadable, contents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FLYWAY = re.compile(r"(?P<kind>[VUB])(?P<version>\d+(?:[._]\d+)*)__.*\.sql$|(?P<again>R)__(?P<what>.*)\.sql$")
_SUFFIXED = re.compile(r"(?P<name>.+)\.(?P<way>up|down)\.sql$")
# The name of a folder of Diesel's.
VERSIONED = re.compile(r"\d{2,}[-_]")


def read(folder: Path) -> Found:
    """Return the migrations in a folder. Raises UsageError if there are none, or if it cannot be read."""
    try:
        return _read(folder)
    except OSError as error:
        raise UsageError(f"{error.filename or folder} cannot be read: {error.strerror}") from None


def _read(folder: Path) -> Found:
    if folder.name in ("deploy", "revert", "verify") and (folder.parent / sqitch.PLAN).is_file():
        folder = folder.parent
    if inner := _inside(folder):
        there = _read(inner)
        beside = [each.name for each in plainly.scripts(folder)]
        left = f"; left out, since it lies beside that folder: {', '.join(beside)}" if beside else ""
        there.notes.insert(0, f"read from {inner}{left}")
        return there
    for layout in LAYOUTS:
        found = layout(folder)
        if found is not None and found.steps:
            return found
    inside = next((each for each in sorted(folder.rglob("*.sql")) if each.parent != folder), None)
    where = f"; there is SQL in {inside.parent}: name that folder" if inside else ""
    raise UsageError(f"{folder} holds no migrations that can be read: expected .sql files, or sqitch.plan{where}")


def _inside(folder: Path) -> Path | None:
    """Return the folder of migrations in a tool's own folder, such as supabase/ or db/; None if there is none.

    What lies beside it has no number then: a schema, rows to begin with, a configuration.
    """
    inner = folder / "migrations"
    if not inner.is_dir() or (folder / sqitch.PLAN).is_file():
        return None
    if folder.absolute().name == "supabase":
        return inner
    if any(each.is_dir() and ways.is_back(each) for each in folder.iterdir()):
        # Two folders, one for each way.
        return None
    numbered = any(re.search(r"\d", each.name) for each in plainly.scripts(folder))
    return None if numbered or next(inner.rglob("*.sql"), None) is None else inner


def _diesel(folder: Path) -> Found | None:
    """Diesel's: a folder for each migration with up.sql, and perhaps down.sql and metadata.toml."""
    inside = sorted((each.parent for each in folder.glob("*/up.sql")), key=_diesel_version)
    if VERSIONED.match(folder.absolute().name) and (folder / "up.sql").is_file():
        inside = [folder]
    if not inside:
        return None
    steps = []
    for each in inside:
        down, said = each / "down.sql", _in_transaction(each / "metadata.toml")
        way_back = Source(down, None, said) if down.is_file() else None
        steps.append(Step(each.absolute().name, Source(each / "up.sql", None, said), way_back))
    return Found("diesel", steps)


def _diesel_version(folder: Path) -> tuple[str, str]:
    """Return what Diesel sorts by: the name up to the first underscore, without the hyphens that it may have."""
    return folder.name.partition("_")[0].replace("-", ""), folder.name


def _in_transaction(metadata: Path) -> bool | None:
    if not metadata.is_file():
        return None
    try:
        said = tomllib.loads(contents(metadata)).get("run_in_transaction")
    except (tomllib.TOMLDecodeError, Unreadable) as error:
        raise UsageError(f"{metadata} is not TOML: {error}") from None
    return said if isinstance(said, bool) else None


def _flyway(folder: Path) -> Found | None:
    """Flyway's: V1__x.sql undone by U1__x.sql, then R__x.sql in the order of their descriptions; subfolders, too."""
    named = [(each, found) for each in sorted(folder.rglob("*.sql")) if (found := _FLYWAY.match(each.name))]
    if not any(path.parent == folder and found["kind"] != "U" for path, found in named):
        return None
    undone = {_version(found["version"]): path for path, found in named if found["kind"] == "U"}
    steps = []
    for path, found in sorted(named, key=lambda each: _version(each[1]["version"])):
        if found["kind"] in ("V", "B"):
            down = undone.get(_version(found["version"]))
            if found["kind"] == "V":
                steps.append(Step(path.name, _scripted(path), None if down is None else _scripted(down)))
    again = sorted((found["what"], path) for path, found in named if found["again"])
    steps += [Step(path.name, _scripted(path)) for _, path in again]
    result = Found("flyway", steps)
    if baselines := [path.name for path, found in named if found["kind"] == "B"]:
        result.notes.append(f"left out, since the migrations that they stand for are run: {', '.join(baselines)}")
    known = {path for path, _ in named}
    foreign.look((each for each in folder.rglob("*") if each.is_file() and each not in known), result)
    return result


def _version(written: str | None) -> tuple[int, ...]:
    """Return a version of Flyway's to compare: 1.10 after 1.9, and 1.0 equal to 1."""
    parts = [int(each) for each in re.split(r"[._]", written)] if written else []
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def _scripted(path: Path) -> Source:
    """Return a script with what its configuration says: executeInTransaction=false in NAME.sql.conf."""
    settings = path.with_name(f"{path.name}.conf")
    said = (_text(settings) or "") if settings.is_file() else ""
    off = re.search(r"^\s*executeInTransaction\s*=\s*false\s*$", said, re.MULTILINE | re.IGNORECASE)
    return Source(path, None, False if off else None)


def _marked(folder: Path) -> Found | None:
    """Both ways in one file behind markers: dbmate's in the order of their names, the others' by number."""
    files = [each for each in plainly.files(folder) if each.suffix == ".sql"]
    tool = next(filter(None, (halves.tool_of(_text(each) or "") for each in files)), None)
    if tool is None or (tool == "node-pg-migrate" and supabase.is_folder(folder)):
        # Its markers are comments that people write elsewhere, too.
        return None
    steps = []
    chosen = [each for each in files if names.number(each.name) is not None or halves.tool_of(_text(each) or "")]
    for path in chosen if tool == "dbmate" else sorted(chosen, key=_by_number):
        steps.append(_step(path, tool))
    found = Found(tool, steps)
    foreign.look((each for each in plainly.files(folder) if each not in chosen), found)
    return found


def _step(path: Path, tool: str) -> Step:
    text = _text(path)
    if text is None:
        return Step(path.name, Source(path))
    try:
        step = halves.step(path, text)
        if step is not None:
            return step
        if tool != "node-pg-migrate" and text.strip():
            what = f"{tool} finds no marker in it"
            raise Unreadable("refused-by-runner", path, None, what, "mark its ways up and down, as in the other files")
    except Unreadable as problem:
        return Step(path.name, Source(path, problem=problem))
    return Step(path.name, Source(path))


def _text(path: Path) -> str | None:
    """Return the text of a file, None if it cannot be read: parsing it says why."""
    try:
        return contents(path)
    except Unreadable:
        return None


def _suffixed(folder: Path) -> Found | None:
    """golang-migrate's: N_name.up.sql and N_name.down.sql, by number; node-pg-migrate's and sqlx's look the same."""
    ups: dict[str, Path] = {}
    downs: dict[str, Path] = {}
    for path in plainly.files(folder):
        if named := _SUFFIXED.match(path.name):
            (ups if named["way"] == "up" else downs)[named["name"]] = path
    if not ups:
        return None
    numbered = {names.number(name): path for name, path in downs.items()}
    steps, used = [], set()
    for path in sorted(ups.values(), key=_by_number):
        name = path.name.removesuffix(".up.sql")
        down = downs.get(name)
        if down is None and names.number(name) is not None:
            # golang-migrate goes by the number alone.
            down = numbered.get(names.number(name))
        used.add(down)
        steps.append(Step(path.name, Source(path), None if down is None else Source(down)))
    tool = "golang-migrate" if all(names.number(name) is not None for name in ups) else None
    found = Found(tool, steps)
    foreign.look((each for each in plainly.files(folder) if each not in ups.values() and each not in used), found)
    return found


def _by_number(path: Path) -> tuple[int, str]:
    number = names.number(path.name)
    # What has no number comes last.
    return (sys.maxsize if number is None else number, path.name)


LAYOUTS: tuple[Callable[[Path], Found | None], ...] = (
    sqitch.read,
    _diesel,
    orms.folders,
    _flyway,
    _marked,
    _suffixed,
    supabase.read,
    orms.journal,
    plainly.read,
)
