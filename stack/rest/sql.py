"""Statements under construction: names are quoted, and every value is a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from psycopg import sql


@dataclass(frozen=True)
class Statement:
    """Ready to run: $1, $2, … stand for the values."""

    text: bytes
    values: tuple[str | None, ...]


class Values:
    """The values of a statement under construction."""

    def __init__(self) -> None:
        self._values: list[str | None] = []

    def add(self, value: str | None) -> str:
        """Add a value, and return how the statement refers to it: $1, $2, …"""
        self._values.append(value)
        return f"${len(self._values)}"

    def statement(self, text: str) -> Statement:
        """Return the finished statement: its text, with the values that were added."""
        return Statement(text.encode(), tuple(self._values))


@lru_cache(4096)
def quoted(*names: str) -> str:
    """Return an SQL identifier, qualified if it has several names."""
    return sql.Identifier(*names).as_string()


def array(values: tuple[str, ...]) -> str:
    """Return the text of a PostgreSQL array of these values."""
    escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in escaped) + "}"
