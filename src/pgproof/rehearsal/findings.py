"""What a rehearsal finds, and its result."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from pgproof.scripts.running import Failure
    from pgproof.scripts.script import Statement, Unreadable

# All findings, by name, with what they mean.
MEANINGS = {
    "missing-file": "a file cannot be read",
    "empty-file": "a file is empty",
    "commented-out": "a file holds nothing but comments",
    "not-utf8": "a file is not text in UTF-8",
    "psql-meta-command": "a script needs psql to run",
    "copy-from-stdin": "a script needs psql to read the rows in it",
    "syntax-error": "a script is not valid SQL",
    "template": "a file is a template: something fills in its placeholders before the SQL is run",
    "refused-by-runner": "the migration tool itself refuses the file, or splits it in the wrong place",
    "no-down": "there is no down script",
    "drops-database": "a script drops a database",
    "ends-connection": "a script ends its own connection",
    "ends-other-connections": "a script ends the connections of others",
    "open-transaction": "a script leaves its transaction open, so it changes nothing",
    "outside-transaction": "a statement cannot run inside a transaction, so it cannot be atomic",
    "fails": "a script does not apply",
    "fails-half-way": "a script fails, and leaves something behind",
    "not-idempotent": "applied again, a script fails or changes something",
    "changes-nothing": "a script has no effect",
    "renames": "a table or column has another name than before, which whoever reads the old one finds missing",
    "changes-data": "rows that existed before are changed or gone",
    "not-atomic": "interrupted, a script leaves something behind",
    "not-reversible": "up and down does not end where it began",
    "not-repeatable": "up, down and up again does not end where the first up did",
    "half-way-not-reversible": "down after only some of the up scripts does not end where it began",
    "no-way-back-after-use": "the way back fails or loses rows once people have used what the up script made possible",
    "leaves-worse": "something that held before the up scripts does not after them",
    "breaks-a-rule": "after the up scripts a rule of the linter is broken that was not before",
    "accepts-bad-data": "on data that it should refuse, no script fails",
    "no-lock-timeout": "behind a long transaction a script waits forever, and every sender behind it",
    "blocks-writers": "a statement reads a whole table, or builds an index on it, while nobody can write there",
    "blocks-readers": "a statement works on a whole table while nobody can read there",
    "rewrites-table": "a statement rewrites a whole table while nobody can read it",
    "stall": "a script blocks senders for longer than the bound",
    "lost": "a message that was acknowledged is not stored",
    "send-fails": "while a script runs, sending or reading fails",
    "deadlocks": "a script locks in a different order than a send, so one of the two fails",
}

# After these the rest is not rehearsed, so accepting one would pass what was never checked.
_STOPS = {
    "missing-file",
    "empty-file",
    "commented-out",
    "not-utf8",
    "psql-meta-command",
    "copy-from-stdin",
    "syntax-error",
    "template",
    "refused-by-runner",
    "drops-database",
    "ends-connection",
    "ends-other-connections",
    "open-transaction",
    "fails",
    "fails-half-way",
}
ACCEPTABLE = frozenset(MEANINGS) - _STOPS
_FORESEEN = ("blocks-writers", "blocks-readers")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. name: one of MEANINGS. what: was seen. line: None for the whole file.

    advice: what to do, or for an unreadable file what that usually means. object: the one table or view that it is
    about, with its schema, and after a space the index or constraint of it; None for several, or if that is unknown.
    """

    name: str
    what: str
    file: str | None = None
    line: int | None = None
    advice: str | None = None
    object: str | None = None

    def __post_init__(self) -> None:
        assert self.name in MEANINGS, self.name

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return f"{place}{self.name}: {self.what}"


@dataclass
class Result:
    """What was checked, and what came of it.

    findings: without the accepted ones. checks: the outcome of each, in order: "held", "did not hold", or why it was
    not rehearsed. notes: what a person should know although it is not wrong. measured: further keys of the JSON output.
    decided: False if the rehearsal itself was impossible. undecided: what could not be looked at, one sentence each.
    only: the checks that were asked for, None for all. unasked: why a check was not asked for, by its name.
    """

    findings: list[Finding] = field(default_factory=list)
    accepted: list[Finding] = field(default_factory=list)
    checks: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    measured: dict[str, Any] = field(default_factory=dict)
    decided: bool = True
    undecided: list[str] = field(default_factory=list)
    only: frozenset[str] | None = None
    unasked: dict[str, str] = field(default_factory=dict)

    def not_asked(self, check: str) -> str | None:
        """Return why a check is not to be made, None if it is. check: its name in checks."""
        if self.only is not None and check not in self.only:
            return "not asked (--only)"
        return self.unasked.get(check)

    @property
    def exit_code(self) -> int:
        """0: safe and reversible; 1: not safe, or not reversible; 2: could not be rehearsed."""
        if self.decided and self.findings:
            return 1
        return 2 if self.undecided or not self.decided else 0


def at(name: str, statement: Statement, what: str, advice: str | None = None, subject: str | None = None) -> Finding:
    """Return a finding about one statement. name: one of MEANINGS. subject: its object."""
    return Finding(name, what, str(statement.path), statement.line, advice, subject)


def about(name: str, path: Path, what: str, advice: str | None = None, subject: str | None = None) -> Finding:
    """Return a finding about a whole file. name: one of MEANINGS. subject: its object."""
    return Finding(name, what, str(path), None, advice, subject)


def one_per_cause(found: list[Finding]) -> list[Finding]:
    """Return the findings, a foreseen and a measured wait for one statement as one: the number, with the better advice.

    The advice for a measured stall goes by the text; that for a hazard also by what the statement did.
    """
    foreseen: dict[tuple[str | None, int | None], list[Finding]] = {}
    for each in found:
        if each.name in _FORESEEN:
            foreseen.setdefault((each.file, each.line), []).append(each)
    stalls = {(each.file, each.line) for each in found if each.name == "stall"}
    kept = []
    for each in found:
        hazards = foreseen.get((each.file, each.line), [])
        if each.name == "stall" and hazards:
            kept.append(
                replace(each, advice=hazards[0].advice, object=hazards[0].object if len(hazards) == 1 else None)
            )
        elif each.name not in _FORESEEN or (each.file, each.line) not in stalls:
            kept.append(each)
    return kept


def failed(failure: Failure, name: str = "fails", more: str = "") -> Finding:
    """Return a statement's failure as a finding. name: one of MEANINGS. more: follows the server's own words."""
    if failure.ended:
        advice = "the rest of the script never runs; leave it to whoever runs the script to end connections"
        return at("ends-connection", failure.statement, f"{failure.statement.title}{more}", advice)
    return Finding(name, f"{failure.message}{more}", str(failure.statement.path), failure.line, failure.advice)


def unreadable(problem: Unreadable) -> Finding:
    """Return a file that cannot be run as a finding."""
    return Finding(problem.name, problem.what, str(problem.path), problem.line, problem.usually)
