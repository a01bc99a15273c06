"""Failures that say something about the server of the rehearsal, not about the script: they decide nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.adoption.baselines import LACKING
from pgproof.rehearsal import touching
from pgproof.supabase.hosted import shortcomings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.rehearsal.findings import Finding, Result
    from pgproof.scripts.script import Script

_ELSEWHERE = "take what needs it out of the files, or rehearse on a server that has it"
# PostgreSQL's own words, with what they mean here.
_LACKS = (
    (r'extension "(?P<it>[^"]+)" is not available', "this PostgreSQL has no extension {it}: " + _ELSEWHERE),
    (
        r'could not open extension control file ".*/(?P<it>[^/"]+)\.control"',
        "this PostgreSQL has no extension {it}: " + _ELSEWHERE,
    ),
    (
        r"(?P<it>\w+) (?:can only|must) be loaded via \"?shared_preload_libraries",
        "this PostgreSQL does not load {it} when it starts: " + _ELSEWHERE,
    ),
    (
        r'could not (?:access file|load library) "(?P<it>[^"]+)"',
        "this PostgreSQL has no library {it}: " + _ELSEWHERE,
    ),
    (r'tablespace "(?P<it>[^"]+)" does not exist', "this PostgreSQL has no tablespace {it}: " + _ELSEWHERE),
    (
        r'database "(?P<it>[^"]+)" does not exist',
        "no database is called {it} here, where each has a name of its own: if yours is, let the script ask for it"
        " (EXECUTE format('ALTER DATABASE %I …', current_database()) in a DO block); a hosted project's is postgres",
    ),
    (
        r'(?:could not create locale|collation) "(?P<it>[^"]+)"(?::| for encoding .* does not exist)',
        "this machine has no locale {it}: " + _ELSEWHERE,
    ),
    (r"(?P<it>ICU) is not supported in this build", "this PostgreSQL knows no locale of {it}: " + _ELSEWHERE),
    (
        r'could not connect to server "(?P<it>[^"]+)"',
        "the foreign server {it} cannot be reached from here, so what needs it was not run",
    ),
    (
        r"(?P<it>No space left on device|out of memory|too many clients already)",
        "this machine, not the script, is in the way ({it}): free some, then run this again",
    ),
)
_FOREIGN = re.compile(r"^not fingerprinted.*: (?P<it>\S+) \(foreign table\)$")
_BASELINE = "(in the baseline)"
_NO_ROLE = re.compile(r'role "(?P<it>[^"]+)" does not exist')
_ABOUT_LACKING = "the scripts are about what the copy lacks: "
_STAND_IN = re.compile(r"(?P<it>\S+) is a stand-in here: ")
_NOTHING = re.compile(r'\w+ "?(?:[\w$]+\.)?(?P<it>[\w$]+)"?(?:\([^)]*\))? does not exist')
_TOO_LONG = "canceling statement due to statement timeout"
# Of a line on what a copy lacks: a name with its schema, or that of an extension.
_NAMED = re.compile(r"[\w$\"]+\.\"?([\w$]+)|\bextension (?:if not exists )?\"?([\w-]+)", re.IGNORECASE)
# Who may do what decides little here, where scripts are run by a role that may do it.
_MINOR = re.compile(r"^not as in \S+: (?:changed grant|grant|default privileges|membership|role|comment)\b")


def move_what_concerns(result: Result, scripts: Sequence[Script]) -> None:
    """Move the notes on what was not copied or not looked at to what is undecided, where the scripts are about it."""
    for note in list(result.notes):
        # A materialized view without rows has none to lose.
        if (found := _FOREIGN.match(note)) and touching.names(found["it"], scripts):
            result.notes.remove(note)
            rows = f"the foreign table {found['it']}, whose rows are elsewhere and were not looked at"
            result.undecided.append(f"the scripts are about {rows}")
        if note.startswith(("not copied from ", "not as in ", LACKING)) and not _MINOR.match(note):
            named = {one or other for one, other in _NAMED.findall(note)}
            if any(touching.names(name, scripts) for name in named):
                result.notes.remove(note)
                result.undecided.append(f"{_ABOUT_LACKING}{note}")


def set_aside(result: Result) -> None:
    """Move the findings that only say what is missing here to what is undecided, with those that follow from them."""
    moved: dict[str | None, None] = {}
    absent = _Absent.of(result)
    meant = {id(each): _meant(each, absent) for each in result.findings}
    for each in result.findings:
        told = meant[id(each)]
        if told is None:
            continue
        moved[each.file] = None
        place = f"{each.file}:{each.line}: " if each.line else ""
        line = f"{place}{told}"
        if line not in result.undecided:
            result.undecided.append(line)
    result.findings = [
        each
        for each in result.findings
        if meant[id(each)] is None and not (each.name == "fails-half-way" and each.file in moved)
    ]


@dataclass(frozen=True)
class _Absent:
    """What this database lacks. used: the extensions whose stand-ins the scripts meet. names: of what is not copied."""

    used: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, result: Result) -> _Absent:
        """Read it from what the result says already."""
        lines = [each for each in result.undecided if each.startswith(_ABOUT_LACKING)]
        names = {one or other for each in lines for one, other in _NAMED.findall(each.removeprefix(_ABOUT_LACKING))}
        return cls(
            frozenset(found["it"] for each in result.notes if (found := _STAND_IN.match(each))), frozenset(names)
        )


def _meant(finding: Finding, absent: _Absent) -> str | None:
    """Return in a sentence what is missing here, None if the finding is about the script."""
    if (lacking := shortcomings.told(finding.what, absent.used)) is not None:
        return lacking
    if (found := _NOTHING.match(finding.what)) and found["it"] in absent.names:
        return f"{finding.what}, since it could not be made here"
    for pattern, words in _LACKS:
        if found := re.search(pattern, finding.what):
            return words.format(it=found["it"])
    if finding.what.endswith(_BASELINE) and (found := _NO_ROLE.search(finding.what)):
        return (
            f"the baseline needs a role {found['it']} that it does not create: begin it with CREATE ROLE {found['it']}"
        )
    if _TOO_LONG in finding.what and finding.file is not None and not _has_a_timeout(Path(finding.file)):
        return (
            "it did not end within the time that a rehearsal gives a statement, which says nothing about the script:"
            " set CONNECT_TIME_UNIT above 1, or give the baseline fewer rows"
        )
    return None


def _has_a_timeout(path: Path) -> bool:
    return "statement_timeout" in path.read_text(encoding="utf-8-sig", errors="replace").lower()
