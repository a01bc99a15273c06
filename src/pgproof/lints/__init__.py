"""The rules of Supabase's database linter (splinter), and more, in queries of our own: one per file, one round trip.

A rule selects object, detail and to_do of each violation, from the catalogs and from what scope.sql defines. Its first
comment says why; "-- level: …" how bad that is, "-- categories: …" what it is about, "-- found: …" what to call one
object that breaks it, and several; and "-- needs: …" names preconditions of scope.sql without which it could not find
anything. "-- fails: no" is for a rule that goes by statistics, which change by themselves: what it finds is only told.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pgproof.supabase import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg

_FOLDER = Path(__file__).parent
_SCOPE = "scope"
_PRECONDITION = "precondition: "
RULES = tuple(sorted(path.stem for path in _FOLDER.glob("*.sql") if path.stem != _SCOPE))
# The levels of splinter, worst first.
LEVELS = ("ERROR", "WARN", "INFO")
CATEGORIES = ("SECURITY", "PERFORMANCE")
# What a comment of a rule's file begins with that does not say why.
_KEYS = "needs|level|categories|found|fails"


class Rule(NamedTuple):
    """A rule. level: one of LEVELS. why: what goes wrong when it is broken. one, many: what breaks it, after a number.

    For example "table has no primary key" and "tables have no primary key". categories: of CATEGORIES. fails: whether
    a run fails by it; if not, it only tells.
    """

    name: str
    level: str
    why: str
    one: str
    many: str
    categories: tuple[str, ...] = ("SECURITY",)
    fails: bool = True

    def found(self, count: int) -> str:
        """Return how many objects break the rule, in words."""
        return f"{count} {self.one if count == 1 else self.many}"


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
    return told(ask(connection))


def ask(connection: psycopg.Connection[Any]) -> psycopg.Cursor[Any]:
    """Ask what read() does, and return at once within connection.pipeline(); told() returns the violations."""
    return connection.execute(_query())


def told(asked: psycopg.Cursor[Any]) -> tuple[Violation, ...]:
    """Return the violations that were asked for, once the pipeline has ended."""
    return tuple(Violation(*row) for row in asked.fetchall())


def rules(further: Iterable[Rule] = ()) -> tuple[Rule, ...]:
    """Return all rules, worst first. further: those of a project, beside the linter's."""
    return tuple(sorted((*map(rule, RULES), *further), key=lambda each: (LEVELS.index(each.level), each.name)))


@cache
def rule(name: str) -> Rule:
    """Return a rule of the linter as the comments of its file describe it."""
    text = _text(name)
    comments = re.match(rf"(?:-- (?!(?:{_KEYS}): ).*\n)+", text)
    assert comments is not None, f"{name}.sql begins with a comment"
    said = dict(re.findall(rf"^-- ({_KEYS}): (.*)$", text, re.MULTILINE))
    assert said.get("level") in LEVELS, f"{name}.sql says its level, one of {', '.join(LEVELS)}"
    one, bar, many = said.get("found", "").partition(" | ")
    assert bar, f"{name}.sql says what it found: one | many"
    categories = tuple(said.get("categories", "").split(", "))
    assert set(categories) <= set(CATEGORIES), f"{name}.sql says its categories, of {', '.join(CATEGORIES)}"
    why = " ".join(line.removeprefix("-- ") for line in comments[0].splitlines())
    return Rule(name, said["level"], why, one, many, categories, said.get("fails") != "no")


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
    platform = ", ".join(f"('{schema}')" for schema in SCHEMAS)
    scope = f"platform_schemas (name) AS (VALUES {platform}),\n{_text(_SCOPE)}"
    return f"WITH RECURSIVE\n{scope}\n{together}\nORDER BY 1, 2".encode()


def _needs(text: str) -> list[str]:
    return [need for line in re.findall(r"^-- needs: (.*)$", text, re.MULTILINE) for need in line.split(", ")]
