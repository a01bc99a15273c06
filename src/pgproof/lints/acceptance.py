"""Violations that somebody accepted for a time: a TOML file, and what is wrong with it.

An entry is a table [[accepted]] with rule, object, reason and expires (a date). It may add environment (a name)
and live (true for live databases only, false for replicas only); without them it applies everywhere.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from pgproof.lints import Violation

_REQUIRED = {"rule": str, "object": str, "reason": str, "expires": date}
_OPTIONAL = {"environment": str, "live": bool}
_NAMES = {str: "text", date: "a date, such as 2030-01-31", bool: "true or false"}


@dataclass(frozen=True)
class Entry:
    """One accepted violation."""

    rule: str
    object: str
    reason: str
    expires: date
    environment: str | None = None
    live: bool | None = None

    def concerns(self, environment: str, live: bool) -> bool:
        """Return whether the entry applies to this database."""
        return self.environment in (None, environment) and self.live in (None, live)

    def covers(self, violation: Violation, today: date) -> bool:
        """Return whether the violation is accepted today; a rule that could not be judged never is."""
        return (
            (self.rule, self.object) == (violation.rule, violation.object)
            and self.expires >= today
            and not violation.inconclusive
        )

    def __str__(self) -> str:
        return f"{self.rule}, {self.object}"


@dataclass(frozen=True)
class Acceptance:
    """The valid entries of a file, and one line for each mistake in it."""

    entries: tuple[Entry, ...]
    mistakes: tuple[str, ...]

    def remaining(
        self, violations: Iterable[Violation], environment: str, live: bool, today: date
    ) -> tuple[Violation, ...]:
        """Return the violations of a database that no entry accepts."""
        entries = [entry for entry in self.entries if entry.concerns(environment, live)]
        return tuple(found for found in violations if not any(entry.covers(found, today) for entry in entries))

    def problems(
        self, violations: Iterable[Violation], rules: Iterable[str], environment: str, live: bool, today: date
    ) -> Iterator[str]:
        """Yield one line for each mistake, and for each entry that expired, names an unknown rule, or is not needed."""
        yield from self.mistakes
        known, occurring = set(rules), {(found.rule, found.object) for found in violations}
        for entry in self.entries:
            if entry.rule not in known:
                yield f"{entry}: unknown rule '{entry.rule}'"
            elif not entry.concerns(environment, live):
                continue
            elif entry.expires < today:
                yield f"{entry}: expired on {entry.expires}"
            elif (entry.rule, entry.object) not in occurring:
                yield f"{entry}: no longer occurs"


def read(path: Path, environments: Collection[str]) -> Acceptance:
    """Read a file. A mistake in it becomes a line of the result, and its entry accepts nothing.

    environments: the names of environments that an entry may have. Raises OSError if the file cannot be read.
    """
    try:
        content = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        return Acceptance((), (f"{path.name} is not TOML: {error}",))
    mistakes = [f"{path.name}: unknown key '{key}'; entries are [[accepted]]" for key in content if key != "accepted"]
    entries: list[Entry] = []
    tables = content.get("accepted", [])
    if not isinstance(tables, list):
        return Acceptance((), (*mistakes, f"{path.name}: 'accepted' is one table; write [[accepted]]"))
    seen: set[tuple[Any, ...]] = set()
    for number, table in enumerate(tables, 1):
        wrong = list(_mistakes(table, environments))
        key = tuple(table.get(name) for name in ("rule", "object", "environment", "live"))
        if key in seen:
            wrong.append("is a duplicate")
        seen.add(key)
        mistakes += [f"{path.name}, entry {number}: {line}" for line in wrong]
        if not wrong:
            entries.append(Entry(**table))
    return Acceptance(tuple(entries), tuple(mistakes))


def _mistakes(table: dict[str, Any], environments: Collection[str]) -> Iterator[str]:
    for name in table.keys() - _REQUIRED.keys() - _OPTIONAL.keys():
        yield f"unknown key '{name}'"
    for name, kind in (_REQUIRED | _OPTIONAL).items():
        if name not in table:
            if name in _REQUIRED:
                yield f"'{name}' is missing"
        elif not isinstance(table[name], kind) or isinstance(table[name], datetime):
            yield f"'{name}' must be {_NAMES[kind]}"
        elif table[name] == "":
            yield f"'{name}' is empty"
    if isinstance(table.get("environment"), str) and table["environment"] not in environments:
        yield f"'environment' must be {' or '.join(environments)}"
