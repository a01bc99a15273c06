"""What a person knows and wants: FINDING accepts a finding anywhere, FINDING:FILE in a file, FINDING:FILE:OBJECT on one
table, view or index there.

A file is named as it was given, or by its last part; * stands for anything (fnmatch). An object is named as the finding
names it, or without its schema. A finding that is about several objects is accepted by its file only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.rehearsal.findings import ACCEPTABLE, MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pgproof.rehearsal.findings import Finding

_NAMES = re.compile(r'(?:[^\s"]|"(?:[^"]|"")*")+')


@dataclass(frozen=True)
class Acceptance:
    """One --accept. given: its text. file, object: None for any."""

    given: str
    name: str
    file: str | None = None
    object: str | None = None

    def holds(self, finding: Finding) -> bool:
        """Return whether it is about this finding."""
        if finding.name != self.name:
            return False
        if self.file is not None and not _is_file(self.file, finding.file):
            return False
        return self.object is None or _is_object(self.object, finding.object)


def read(given: Iterable[str]) -> list[Acceptance]:
    """Return what is accepted. Raises UsageError on a name that no finding has, or that cannot be accepted."""
    found = []
    for each in given:
        name, *place = each.split(":", 2)
        if name not in MEANINGS:
            known = ", ".join(sorted(ACCEPTABLE))
            raise UsageError(f"--accept {each}: there is no finding '{name}'; those that can be accepted are {known}")
        if name not in ACCEPTABLE:
            raise UsageError(f"--accept {each}: '{name}' cannot be accepted, since nothing is rehearsed after it")
        if not all(place):
            raise UsageError(
                f"--accept {each}: expected FINDING, FINDING:FILE or FINDING:FILE:OBJECT, with no part empty"
            )
        found.append(Acceptance(each, name, *place))
    return found


def divide(found: Sequence[Finding], given: Iterable[str]) -> tuple[list[Finding], list[Finding], list[str]]:
    """Return the findings that count, the accepted ones, and a note for each acceptance of nothing.

    Raises UsageError as read() does.
    """
    acceptances = read(given)
    accepted = [each for each in found if any(one.holds(each) for one in acceptances)]
    unused = sorted(one.given for one in acceptances if not any(one.holds(each) for each in found))
    notes = [f"--accept {each} accepted nothing: there was no such finding" for each in unused]
    return [each for each in found if each not in accepted], accepted, notes


def _is_file(wanted: str, file: str | None) -> bool:
    if file is None:
        return False
    return any(wanted == name or fnmatchcase(name, wanted) for name in (file, PurePath(file).name))


def _is_object(wanted: str, subject: str | None) -> bool:
    names = [] if subject is None else _NAMES.findall(subject)
    return any(wanted == name or name.partition(".")[2] == wanted for name in names)
