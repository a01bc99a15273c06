"""Single files that hold the way up and the way down, behind markers: dbmate, goose, sql-migrate, node-pg-migrate.

Each half keeps the lines of the file. The markers are those that the tools' own parsers take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.migrations import splitting
from pgproof.migrations.sources import Source, Step
from pgproof.scripts.script import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

_LINE = re.MULTILINE
# The direction comes first, then what the file says about a transaction.
_MARKERS = {
    "dbmate": re.compile(r"^--[ \t]*migrate:(?P<way>up|down)\b(?P<more>[^\n]*)$", _LINE),
    "goose": re.compile(r"^--[ \t]*\+goose[ \t]+(?P<way>up|down)(?P<more>)[ \t\r]*$", _LINE | re.IGNORECASE),
    "sql-migrate": re.compile(r"^--[ \t]*\+migrate[ \t]+(?P<way>up|down)\b(?P<more>[^\n]*)$", _LINE | re.IGNORECASE),
    "node-pg-migrate": re.compile(
        r"^[ \t]*--[ \t-]*(?P<way>up|down)[ \t]+migration\b(?P<more>)[^\n]*$", _LINE | re.IGNORECASE
    ),
}
_GOOSE_WITHOUT = re.compile(r"^--[ \t]*\+goose[ \t]+NO[ \t]+TRANSACTION[ \t\r]*$", _LINE | re.IGNORECASE)
_ENVIRONMENT = re.compile(r"^--[ \t]*\+goose[ \t]+ENVSUB(?:ST)?[ \t]+ON[ \t\r]*$", _LINE | re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]\w*[^\s}]*\}?")
_CODE = re.compile(r"^(?![ \t]*(?:--|$))[ \t]*\S", _LINE)


@dataclass(frozen=True)
class Marked:
    """A file with markers. tool: whose. up: None if only the way down is marked."""

    tool: str
    up: Source | None
    down: Source | None


def tool_of(text: str) -> str | None:
    """Return the tool whose markers a text has, None if it has none."""
    return next((tool for tool, marker in _MARKERS.items() if marker.search(text)), None)


def split(path: Path, text: str) -> Marked | None:
    """Return the halves of a file, None for one without markers. Raises Unreadable for what its tool refuses."""
    tool = tool_of(text)
    if tool is None:
        return None
    found = list(_MARKERS[tool].finditer(text))
    _refuse(path, tool, text, found)
    halves: dict[str, Source] = {}
    ends = [*(each.start() for each in found[1:]), len(text)]
    for marker, end in zip(found, ends, strict=True):
        begin = marker.start()
        half = "\n" * text.count("\n", 0, begin) + text[begin:end]
        halves.setdefault(marker["way"].lower(), Source(path, half, _transaction(tool, text, marker["more"])))
    if tool in splitting.PREFIXES:
        for each in halves.values():
            splitting.check(path, tool, each.text or "")
    return Marked(tool, halves.get("up"), halves.get("down"))


def step(path: Path, text: str) -> Step | None:
    """Return the migration in a file with markers, None for one without. Raises Unreadable."""
    marked = split(path, text)
    if marked is None:
        return None
    if marked.up is None:
        raise Unreadable("refused-by-runner", path, None, f"{marked.tool} finds no way up in it", "mark both halves")
    return Step(path.name, marked.up, marked.down)


def _transaction(tool: str, text: str, more: str) -> bool | None:
    if tool == "dbmate":
        return False if re.search(r"(?<!\S)transaction:false(?!\S)", more) else None
    if tool == "goose":
        return False if _GOOSE_WITHOUT.search(text) else None
    return False if "notransaction" in more.lower().split() else None


def _refuse(path: Path, tool: str, text: str, found: list[re.Match[str]]) -> None:
    """Raise Unreadable for what the tool itself refuses, or fills in first."""
    first = found[0]
    line = text.count("\n", 0, first.start()) + 1
    ways = [each["way"].lower() for each in found]
    if tool != "node-pg-migrate":
        early = _CODE.search(text, 0, first.start())
        if early is not None:
            place = text.count("\n", 0, early.start()) + 1
            what = f"{tool} takes no statement before its marker in line {line}"
            raise Unreadable("refused-by-runner", path, place, what, "put the statement below the marker")
        if ways[0] == "down" and "up" in ways:
            what = f"{tool} wants the way up before the way down"
            raise Unreadable("refused-by-runner", path, line, what, "change their order")
        if tool in ("dbmate", "goose") and len(set(ways)) < len(ways):
            again = next(each for place, each in enumerate(found) if each["way"].lower() in ways[:place])
            place = text.count("\n", 0, again.start()) + 1
            what = f"{tool} takes one marker for each way; this is another one: {again.group().strip()}"
            raise Unreadable("refused-by-runner", path, place, what, "put both parts under one marker")
    switch = _ENVIRONMENT.search(text) if tool == "goose" else None
    variable = _VARIABLE.search(text, switch.end()) if switch else None
    if variable is not None:
        place = text.count("\n", 0, variable.start()) + 1
        what = f"{variable.group()} is a placeholder, which goose fills in from the environment (ENVSUB ON)"
        raise Unreadable("template", path, place, what, "rehearse the text that goose makes of it: envsubst < FILE")
