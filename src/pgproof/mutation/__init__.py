"""Defects of a database or a script, made on purpose, and the tests that must notice each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Alternatives: one of them has to notice.
Group = tuple[str, ...]


@dataclass(frozen=True)
class Mutant:
    """One defect, in one environment's aligned clone or in one script.

    change: the SQL that makes it. script: the file that it is in, and the file's text then.
    caught_by: of each group, a test must fail whose node id begins like one of the group's members.
    """

    name: str
    environment: str
    change: str
    caught_by: tuple[Group, ...]
    script: tuple[Path, str] | None = None
