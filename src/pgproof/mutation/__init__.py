"""Mutants: defects of a database or a script, made on purpose, and the tests that must notice each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Beginnings of node ids, alternatives: one such test has to notice.
Group = tuple[str, ...]


@dataclass(frozen=True)
class Mutant:
    """One defect, in a clone of one environment's aligned replica or in one script.

    environment: its name. change: the SQL that makes the defect. script: the file that has the defect, and its whole
    text then, None for a defect of the database. caught_by: for each group, a test must fail whose node id begins with
    one of the group's members.
    """

    name: str
    environment: str
    change: str
    caught_by: tuple[Group, ...]
    script: tuple[Path, str] | None = None
