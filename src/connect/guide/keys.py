"""Foreign keys as pg_get_constraintdef() writes them, whatever their names and however many columns they have."""

from __future__ import annotations

import re
from typing import NamedTuple

# As quote_ident() writes it.
_NAME = r'(?:"(?:[^"]|"")+"|\w+)'
_NAMES = rf"{_NAME}(?:, {_NAME})*"
_FOREIGN_KEY = re.compile(
    rf"FOREIGN KEY \((?P<columns>{_NAMES})\) REFERENCES (?P<target>{_NAME}\.{_NAME})\((?P<there>{_NAMES})\)"
    r"(?P<full> MATCH FULL\b)?"
)


class ForeignKey(NamedTuple):
    """What a foreign key keeps; each name as quote_ident() writes it.

    columns: of its own table, each with what it refers to in the target. full: whether it is MATCH FULL; any other is
    not asked of a row in which one of the columns is NULL.
    """

    columns: dict[str, str]
    target: str
    full: bool


def read(definition: str) -> ForeignKey | None:
    """Return the foreign key of a constraint's definition, read with an empty search path; None if it is none."""
    match = _FOREIGN_KEY.match(definition)
    if match is None:
        return None
    columns, there = (re.findall(_NAME, match[side]) for side in ("columns", "there"))
    return ForeignKey(dict(zip(columns, there, strict=True)), match["target"], full=match["full"] is not None)
