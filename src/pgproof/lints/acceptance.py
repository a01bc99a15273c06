"""Violations that somebody accepted for a time: a TOML file, and what is wrong with it.

An entry is a table [[accepted]] with rule, object or objects, reason and expires (a date). objects is a list, in which
a * stands for anything. An entry may add environment (a name) and live (true for live databases only, false for
replicas only); without them it applies everywhere.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from pgproof.lints import Violation

# What rules were called before they took the names that Supabase's linter has for them.
RENAMED = {
    "always_true_write_policy": "rls_policy_always_true",
    "anon_definer_function": "anon_security_definer_function_executable",
    "auth_call_per_row": "auth_rls_initplan",
    "definer_view": "security_definer_view",
    "foreign_table_exposed": "foreign_table_in_api",
    "materialized_view_exposed": "materialized_view_in_api",
    "mutable_search_path": "function_search_path_mutable",
    "platform_key_not_primary": "fkey_to_auth_unique",
    "policy_reads_user_metadata": "rls_references_user_metadata",
    "policy_without_rls": "policy_exists_rls_disabled",
    "rls_disabled": "rls_disabled_in_public",
    "rls_without_policy": "rls_enabled_no_policy",
    "sensitive_column_exposed": "sensitive_columns_exposed",
    "unindexed_foreign_key": "unindexed_foreign_keys",
    "unsupported_reg_type": "unsupported_reg_types",
}
_REQUIRED = {"rule": str, "reason": str, "expires": date}
_OPTIONAL = {"object": str, "objects": list, "environment": str, "live": bool}
_NAMES = {
    str: "text",
    date: "a date, such as 2030-01-31",
    bool: "true or false",
    list: "a list of texts",
}


def today() -> date:
    """Return the date by which entries expire, the same in every time zone."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Entry:
    """One accepted violation, or several of one rule. objects: names, or patterns with *."""

    rule: str
    reason: str
    expires: date
    object: str = ""
    objects: tuple[str, ...] = ()
    environment: str | None = None
    live: bool | None = None

    def concerns(self, environment: str, live: bool) -> bool:
        """Return whether the entry applies to this database."""
        return self.environment in (None, environment) and self.live in (None, live)

    def names(self, violation: Violation) -> bool:
        """Return whether the violation is one of the entry's, whatever the date."""
        return self.rule == violation.rule and any(self._matching(violation.object))

    def covers(self, violation: Violation, today: date) -> bool:
        """Return whether the violation is accepted today; a rule that could not be judged never is."""
        return self.expires >= today and not violation.inconclusive and self.names(violation)

    def gone(self, violations: Iterable[Violation]) -> tuple[str, ...]:
        """Return the objects and patterns of the entry that no violation has."""
        seen = {name for found in violations if found.rule == self.rule for name in self._matching(found.object)}
        return tuple(name for name in self._all if name not in seen)

    def outlived(self, violations: Iterable[Violation]) -> bool:
        """Return whether nothing of the entry occurs any more."""
        return len(self.gone(violations)) == len(self._all)

    @property
    def _all(self) -> tuple[str, ...]:
        return self.objects or (self.object,)

    def _matching(self, name: str) -> Iterator[str]:
        if name == self.object:
            yield self.object
        for pattern in self.objects:
            # Only * is special: the brackets of uuid[] are not.
            if re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL):
                yield pattern

    def __str__(self) -> str:
        one = len(self._all) == 1
        return f"{self.rule}, {self._all[0]}" if one else f"{self.rule}, {len(self._all)} objects"


@dataclass(frozen=True)
class Acceptance:
    """The valid entries of a file, and one line for each mistake in it."""

    entries: tuple[Entry, ...] = ()
    mistakes: tuple[str, ...] = ()

    def remaining(
        self, violations: Iterable[Violation], environment: str, live: bool, today: date
    ) -> tuple[Violation, ...]:
        """Return the violations of a database that no entry accepts."""
        entries = [entry for entry in self.entries if entry.concerns(environment, live)]
        return tuple(found for found in violations if not any(entry.covers(found, today) for entry in entries))

    def problems(
        self,
        violations: Collection[Violation],
        rules: Collection[str],
        environment: str,
        live: bool,
        today: date,
        *,
        elsewhere: Collection[str] = (),
    ) -> Iterator[str]:
        """Yield one line for each mistake, and for each entry that expired, names an unknown rule, or is not needed.

        rules: that were judged. elsewhere: known ones that were not judged on this database.
        """
        yield from self.mistakes
        for entry in self.entries:
            if entry.rule not in rules:
                if entry.rule not in elsewhere:
                    now = RENAMED.get(entry.rule)
                    yield f"{entry}: unknown rule '{entry.rule}'" + (f"; it is called {now} now" if now else "")
            elif not entry.concerns(environment, live):
                continue
            elif entry.expires < today:
                yield f"{entry}: expired on {entry.expires}"
            elif not entry.objects and entry.outlived(violations):
                yield f"{entry}: no longer occurs"

    def notes(self, violations: Collection[Violation], environment: str, live: bool) -> Iterator[str]:
        """Yield one line for each list of objects of which some, or all, no longer occur, which fails nobody."""
        for entry in self.entries:
            gone = entry.gone(violations)
            if gone and entry.objects and entry.concerns(environment, live):
                few = ", ".join(gone[:3]) + (", …" if len(gone) > 3 else "")
                yield f"{entry}: {len(gone)} of them no longer occur ({few}) and can be taken off the list"


def read(path: Path, environments: Collection[str]) -> Acceptance:
    """Read a file, which need not exist. A mistake in it becomes a line of the result, and its entry accepts nothing.

    environments: the names of environments that an entry may have. Raises OSError if the file cannot be read.
    """
    if not path.exists():
        return Acceptance()
    try:
        return parse(path.read_text(encoding="utf-8"), path.name, environments)
    except UnicodeError:
        return Acceptance((), (f"{path.name} is not UTF-8",))


def parse(text: str, name: str, environments: Collection[str]) -> Acceptance:
    """Return what a file says; see read. name: of the file."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Acceptance((), (f"{name} is not TOML: {error}",))
    mistakes = [f"{name}: unknown key '{key}'; entries are [[accepted]]" for key in content if key != "accepted"]
    entries: list[Entry] = []
    tables = content.get("accepted", [])
    if not isinstance(tables, list):
        return Acceptance((), (*mistakes, f"{name}: 'accepted' is one table; write [[accepted]]"))
    seen: list[tuple[Any, ...]] = []
    for number, table in enumerate(tables, 1):
        wrong = list(_mistakes(table, environments))
        key = tuple(table.get(each) for each in ("rule", "object", "objects", "environment", "live"))
        if key in seen:
            wrong.append("is a duplicate")
        seen.append(key)
        mistakes += [f"{name}, entry {number}: {line}" for line in wrong]
        if not wrong:
            entries.append(Entry(**{**table, "objects": tuple(table.get("objects", ()))}))
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
        elif table[name] in ("", []):
            yield f"'{name}' is empty"
        elif kind is list and not all(isinstance(each, str) and each for each in table[name]):
            yield f"'{name}' must be {_NAMES[kind]}, none of them empty"
    if ("object" in table) == ("objects" in table):
        yield "needs either 'object' or 'objects'"
    if isinstance(table.get("environment"), str) and table["environment"] not in environments:
        yield f"'environment' must be {' or '.join(environments)}"
