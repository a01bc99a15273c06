"""One remedy for all that breaks a rule: what its violations tell to do, GRANT and REVOKE joined where they can be.

What a violation tells to do is a text of parts, separated by "; ": statements, or words for a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pgproof.lints import Violation

_STATEMENT = re.compile(r"(ALTER|CREATE|DROP|GRANT|REVOKE) ")
_NAME = r'(?:"(?:[^"]|"")+"|\w+)'
# On one object, for roles by name and nothing more.
_PRIVILEGES = re.compile(
    rf"(?P<verb>GRANT|REVOKE) (?P<what>.+) ON (?P<kind>FUNCTION |PROCEDURE |SCHEMA |TABLE |)(?P<on>.+)"
    rf" (?P<to>FROM|TO) (?P<who>{_NAME}(?:, {_NAME})*)"
)


class _Granting(NamedTuple):
    """A GRANT or REVOKE, in parts. what: privileges. kind, on: objects. to: TO or FROM. who: the roles."""

    verb: str
    what: tuple[str, ...]
    kind: str
    on: tuple[str, ...]
    to: str
    who: str

    def __str__(self) -> str:
        return f"{self.verb} {', '.join(self.what)} ON {self.kind}{', '.join(self.on)} {self.to} {self.who}"


def of(violations: Iterable[Violation]) -> list[str]:
    """Return what to do about all of these: statements, each with its semicolon, and sentences.

    What is revoked comes first, since another part may grant it again to whom it should be left.
    """
    parts = list(dict.fromkeys(part for found in violations for part in found.to_do.split("; ")))
    plain: list[str | _Granting] = [_granting(part) for part in parts]
    joined = sorted(_joined(_joined(plain, "on"), "what"), key=_place)
    return [f"{part};" if isinstance(part, _Granting) or _runs(part) else part for part in joined]


def _place(part: str | _Granting) -> int:
    """Return whether a part comes early: first what a person has to do before, then what is revoked, then the rest."""
    if isinstance(part, str):
        return 0 if part.startswith("first ") else 2
    return 1 if part.verb == "REVOKE" else 2


def _runs(part: str) -> bool:
    """Return whether a part is a whole statement: nothing in it is left out, and no words follow it."""
    return _STATEMENT.match(part) is not None and not re.search(r"…|, (or|then|and) ", part)


def _granting(part: str) -> str | _Granting:
    found = _PRIVILEGES.fullmatch(part)
    if found is None:
        return part
    return _Granting(found["verb"], (found["what"],), found["kind"], (found["on"],), found["to"], found["who"])


def _joined(parts: Iterable[str | _Granting], field: str) -> Iterator[str | _Granting]:
    """Join each GRANT and REVOKE with those that differ in this field alone."""
    groups: dict[object, list[str | _Granting]] = {}
    for part in parts:
        key = part if isinstance(part, str) else _with(part, field, ())
        groups.setdefault(key, []).append(part)
    for first, *others in groups.values():
        if isinstance(first, str):
            yield first
        else:
            yield _with(first, field, tuple(each for part in (first, *others) for each in getattr(part, field)))


def _with(part: _Granting, field: str, value: tuple[str, ...]) -> _Granting:
    changed: dict[str, Any] = {field: value}
    return part._replace(**changed)
