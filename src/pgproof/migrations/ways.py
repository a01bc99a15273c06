"""Which of plain files are ways back: those whose name or folder says so, and which fit the others by name or number.

A word alone makes no way back: undo_log, add_back_office and drop_down_options are migrations.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.migrations.names import DOWN, UP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_WORD = r"(?<![a-z])(?:{})(?![a-z])"
_BACK = re.compile(_WORD.format("|".join(DOWN)), re.IGNORECASE)
_FORTH = re.compile(_WORD.format("|".join(UP)), re.IGNORECASE)
# What comes first in a name as its number: 0002, but also 2024-01-31; not the 2 of 0002_2fa.
_VERSION = re.compile(r"\d+(?:[-_.]\d+(?![A-Za-z\d]))*")
# rollback_003, down3, undo-v2.
_OF_A_NUMBER = re.compile(rf"(?:{'|'.join(DOWN)})[-_. ]*v?\d", re.IGNORECASE)
_MOST = 5


def is_back(folder: Path) -> bool:
    """Return whether a folder is called after ways back."""
    return folder.absolute().name.lower() in DOWN


def divide(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the ways up and the ways down among plain files, in the order in which they come."""
    back = {each for each in files if is_back(each.parent)}
    if not 0 < len(back) < len(files):
        # A folder that all of them share tells none from another.
        back = _by_name(files)
    return [each for each in files if each not in back], [each for each in files if each in back]


def notes(ups: Sequence[Path], downs: Sequence[Path]) -> list[str]:
    """Return what a person should know of how files were divided: a name can be misread in both directions."""
    said = []
    if downs:
        said.append(f"taken for ways back, by their names or folders: {_listed(downs)}")
    doubtful = [each for each in ups if _BACK.search(each.stem)]
    if doubtful:
        said.append(
            "taken for migrations, since by name and number they undo no other file, whatever they are called:"
            f" {_listed(doubtful)}; name with --down what is a way back"
        )
    return said


def _by_name(files: Sequence[Path]) -> set[Path]:
    called = [each for each in files if _BACK.search(each.stem)]
    forth = {each: {_tidy(each.stem), *_without_one(_FORTH, each.stem)} for each in files}
    answers = {
        each: [other for other in files if other != each and forth[other] & set(_without_one(_BACK, each.stem))]
        for each in called
    }
    back = {each for each in called if answers[each]}
    undone = {other for each in back for other in answers[each]}
    # Whose name is nobody's may have somebody's number, unless that one has its own way back.
    ups = [each for each in files if each not in called or each in undone]
    numbers = [_number(each) for each in ups if each not in undone]
    rest = {each for each in called if each not in back and each not in undone}
    bare = {_tidy(_VERSION.sub("", each.stem, count=1)) for each in ups}
    return back | {each for each in rest if numbers.count(_number(each) or ()) == 1 or _says_nothing_else(each, bare)}


def _says_nothing_else(path: Path, bare: set[str]) -> bool:
    """Return whether a name can mean a way back only, although no single file fits it. bare: names of ways up."""
    name = _tidy(path.stem)
    if not re.search(r"\d", name):
        # rollback, rollback_all, users_rollback; not add_back_office.
        return any(each.start() == 0 or each.end() == len(name) for each in _BACK.finditer(name))
    left = _tidy(_BACK.sub("", re.sub(r"\d+", "", name)))
    at_its_end = [each for each in _BACK.finditer(name) if each.end() == len(name)]
    named = _tidy(_VERSION.sub("", name[: at_its_end[0].start()], count=1)) if at_its_end else ""
    return not left or bool(_OF_A_NUMBER.match(name)) or bool(named and named in bare)


def _number(path: Path) -> tuple[int, ...] | None:
    """Return the number at the beginning of a name, or the only one in it; None if there is none."""
    first = _VERSION.match(path.stem)
    found = re.findall(r"\d+", first.group() if first else path.stem)
    return tuple(map(int, found)) if first or len(found) == 1 else None


def _without_one(word: re.Pattern[str], name: str) -> Iterable[str]:
    """Yield a name without one of the words for a direction in it, for each of them."""
    for found in word.finditer(name):
        if left := _tidy(f"{name[: found.start()]}_{name[found.end() :]}"):
            yield left


def _tidy(name: str) -> str:
    return re.sub(r"[-_. ]+", "_", name).strip("_").lower()


def _listed(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - _MOST} more" if len(paths) > _MOST else ""
    return f"{', '.join(each.name for each in paths[:_MOST])}{more}"
