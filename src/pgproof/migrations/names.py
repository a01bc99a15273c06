"""The names of migrations: their versions, their order, and which way down belongs to which way up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

    Key = Callable[[Path], Hashable | None]

UP = ("up", "ups", "deploy", "forward", "forwards", "apply", "migrate", "do")
DOWN = ("down", "downs", "rollback", "rollbacks", "revert", "undo", "backward", "backwards", "back", "reverse")
_DIRECTION = re.compile(rf"(?<![a-z])(?:{'|'.join((*UP, *DOWN))})(?![a-z])", re.IGNORECASE)
_PART = re.compile(r"\d+|\D+")


def natural(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Return a key that sorts names as people do: 2 before 10."""
    return tuple((not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in _PART.findall(name))


def number(name: str) -> int | None:
    """Return the number at the beginning of a name, None if there is none."""
    found = re.match(r"\d+", name)
    return None if found is None else int(found.group())


def pairs(ups: Sequence[Path], downs: Sequence[Path]) -> list[int] | None:
    """Return the place among the downs of each up's own one, None unless every one of both has exactly one partner.

    One up and one down are a pair whatever they are called. Otherwise the first that fits decides: the name without
    the word for its direction, the folder's name, the number at its beginning.
    """
    if len(ups) != len(downs) or not ups:
        return None
    if len(ups) == 1:
        return [0]
    keys: tuple[Key, ...] = (_bare, _folder, lambda path: number(path.name), _any_number)
    for key in keys:
        left, right = [key(each) for each in ups], [key(each) for each in downs]
        if None not in left and len(set(left)) == len(left) and set(left) == set(right):
            return [right.index(each) for each in left]
    return None


def partners(ups: Sequence[Path], downs: Sequence[Path]) -> list[int | None] | None:
    """Return the place among the downs of each up's own one, None for an up without; None unless every down has an up.

    Only the name without the word for its direction counts: one down with the number of the last up may undo them all.
    """
    left, right = [_bare(each) for each in ups], [_bare(each) for each in downs]
    if not downs or None in right or len(set(right)) < len(right) or any(left.count(each) != 1 for each in right):
        return None
    return [right.index(each) if each in right else None for each in left]


def _bare(path: Path) -> str | None:
    name = _DIRECTION.sub("", path.stem)
    return re.sub(r"[-_. ]+", "_", name).strip("_").lower() or None


def _folder(path: Path) -> str | None:
    return path.parent.name if _bare(path) is None else None


def _any_number(path: Path) -> int | None:
    found = re.findall(r"\d+", path.stem)
    return int(found[0]) if len(found) == 1 else None
