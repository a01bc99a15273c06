"""What the files of a migration tool are before they are parsed: steps, each with its way up and its way down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pgproof.scripts.script import Unreadable


@dataclass(frozen=True)
class Source:
    """One script. text: of a half of a file, with the other half blank; None: the whole file, read later.

    transaction: what the file says about it, None for nothing. problem: why it cannot be run, if that is known.
    """

    path: Path
    text: str | None = field(default=None, repr=False)
    transaction: bool | None = None
    problem: Unreadable | None = None


@dataclass(frozen=True)
class Step:
    """One migration. name: by which people and --from call it. down: None if nothing of its own undoes it."""

    name: str
    up: Source
    down: Source | None = None


@dataclass
class Found:
    """What was found in a folder or a file. layout: whose it is, by the name of the runner, None for anybody's.

    downs: undo all the steps together, in the order in which they run. notes: for people. unread: one sentence on each
    migration that is there and is not SQL.
    """

    layout: str | None
    steps: list[Step]
    downs: list[Source] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
