"""The rules of Supabase's database linter (splinter), in queries of our own: one per file, all in one round trip.

A rule selects object, detail and to_do of each violation, from the catalogs and from what scope.sql defines. Its first
comment says why; a comment "-- needs: …" names preconditions of scope.sql without which it could not find anything.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import psycopg

_FOLDER = Path(__file__).parent
_SCOPE = "scope"
_PRECONDITION = "precondition: "
RULES = tuple(sorted(path.stem for path in _FOLDER.glob("*.sql") if path.stem != _SCOPE))


class Violation(NamedTuple):
    """One object that breaks a rule, why, and what to do about it."""

    rule: str
    object: str
    detail: str
    to_do: str

    @property
    def inconclusive(self) -> bool:
        """Whether the rule could not be judged at all, which cannot be accepted."""
        return self.object.startswith(_PRECONDITION)


def read(connection: psycopg.Connection[Any]) -> tuple[Violation, ...]:
    """Return every violation of every rule, by rule and object; call catalog.begin_reading first."""
    return tuple(Violation(*row) for row in connection.execute(_query()).fetchall())


def why(rule: str) -> str:
    """Return the first comment of a rule's file: what goes wrong when the rule is broken."""
    lines = re.match(r"(?:-- (?!needs: ).*\n)+", _text(rule))
    assert lines is not None, f"{rule}.sql begins with a comment"
    return " ".join(line.removeprefix("-- ") for line in lines[0].splitlines())


@cache
def platform_schemas() -> frozenset[str]:
    """Return the schemas that belong to Supabase itself; scope.sql lists them."""
    listed = re.search(r"^platform_schemas .*?^\)", _text(_SCOPE), re.MULTILINE | re.DOTALL)
    assert listed is not None, "scope.sql lists them"
    return frozenset(re.findall(r"\('(\w+)'\)", listed[0]))


@cache
def _text(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text()


@cache
def _query() -> bytes:
    rules = {name: _text(name) for name in RULES}
    parts = [
        f"SELECT '{name}', found.* FROM (\n{text}) AS found (object, detail, to_do)" for name, text in rules.items()
    ]
    needs = ", ".join(f"('{name}', '{need}')" for name, text in rules.items() for need in _needs(text))
    # LEFT JOIN: a need that scope.sql does not define is not met either.
    parts.append(
        f"SELECT n.rule, '{_PRECONDITION}' || name, coalesce(p.detail, 'scope.sql does not define it'),"
        " coalesce(p.to_do, 'correct the rule')"
        f" FROM (VALUES {needs}) AS n (rule, name) LEFT JOIN preconditions p USING (name) WHERE p.met IS NOT TRUE"
    )
    together = "\nUNION ALL\n".join(parts)
    return f"WITH\n{_text(_SCOPE)}\n{together}\nORDER BY 1, 2".encode()


def _needs(text: str) -> list[str]:
    return [need for line in re.findall(r"^-- needs: (.*)$", text, re.MULTILINE) for need in line.split(", ")]
