"""What each statement locks, rewrites and scans, and whether it would wait for ever.

A statement outside a transaction gets one of its own for this, so that its locks are still held when it ends. Only
relations that were there before the script count: nobody waits for one that the script made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.rehearsal import findings
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script, Statement

# PostgreSQL's own order, weakest first.
MODES = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
BLOCKS_WRITERS = MODES[MODES.index("ShareLock") :]
# Read by another session, which does not see what the script has not committed yet.
HELD = """
SELECT n.nspname || '.' || c.relname, l.mode, c.relkind
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = %s AND l.locktype = 'relation' AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
"""
_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)"
# Read by the script's own session: its files and scans are nobody else's yet.
_WORK = """
SELECT n.nspname || '.' || c.relname, pg_relation_filenode(c.oid), pg_stat_get_xact_numscans(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""


@dataclass(frozen=True)
class Footprint:
    """What one statement did to the relations that were there. locks: the strongest new one on each."""

    statement: Statement
    locks: dict[str, str]
    rewritten: tuple[str, ...]
    scanned: tuple[str, ...]
    waits_for_ever: bool

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return {
            "file": str(self.statement.path),
            "line": self.statement.line,
            "statement": self.statement.title,
            "locks": self.locks,
            "rewrites": list(self.rewritten),
            "scans": list(self.scanned),
            "waits for ever": self.waits_for_ever,
        }


def footprints(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> list[Footprint]:
    """What each statement of a script does, run after those in prefix; found out once."""
    key = (*prefix, script)
    if key not in rehearsal.known_footprints:
        rehearsal.known_footprints[key] = _found_out(rehearsal, prefix, script)
    return rehearsal.known_footprints[key]


def _found_out(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> list[Footprint]:
    with rehearsal.after(prefix) as database, database.connect() as session, database.connect() as observer:
        watch = _Watch(session, observer)
        for statement in script.statements:
            if not watch.run(statement):
                break
        return watch.seen


def strongest(observer: psycopg.Connection[Any], pid: int) -> dict[str, str]:
    """The strongest lock that a session holds on each relation that the observer sees."""
    found: dict[str, str] = {}
    for name, mode, _ in observer.execute(HELD, [pid]):
        if MODES.index(mode) >= MODES.index(found.get(name, MODES[0])):
            found[name] = mode
    return found


def waits(observer: psycopg.Connection[Any], pid: int) -> bool:
    """Whether a session stands still for a lock that another one holds."""
    return observer.execute(_WAITS, [pid]).fetchone() == (True,)


class _Watch:
    """Runs statements one by one, and looks before and after each."""

    def __init__(self, session: psycopg.Connection[Any], observer: psycopg.Connection[Any]) -> None:
        self.seen: list[Footprint] = []
        self._session, self._observer = session, observer
        self._known = {name for name, _, _ in session.execute(_WORK)}
        self._held: dict[str, str] = {}

    def run(self, statement: Statement) -> bool:
        """Whether the statement succeeded."""
        if statement.kind == "TransactionStmt" or statement.outside:
            self._held = {}
            return running.execute(self._session, statement) is None
        alone = self._session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        if alone:
            self._held = {}
            self._session.execute("BEGIN")
        patient, before = self._waits_for_ever(), self._work()
        if running.execute(self._session, statement) is not None:
            return False
        after = self._work()
        held = strongest(self._observer, self._session.info.backend_pid)
        locks = {name: mode for name, mode in held.items() if self._held.get(name) != mode}
        self._held = held
        common = sorted(before.keys() & after.keys() & self._known)
        rewritten = tuple(name for name in common if before[name][0] != after[name][0])
        scanned = tuple(name for name in common if after[name][1] > before[name][1])
        waits = patient and self._waits_for_ever() and any(mode in BLOCKS_WRITERS for mode in locks.values())
        self.seen.append(Footprint(statement, locks, rewritten, scanned, waits))
        if alone:
            self._session.execute("COMMIT")
        return True

    def _waits_for_ever(self) -> bool:
        found = self._session.execute("SELECT setting FROM pg_settings WHERE name = 'lock_timeout'").fetchone()
        return found == ("0",)

    def _work(self) -> dict[str, tuple[int, int]]:
        return {name: (file, scans or 0) for name, file, scans in self._session.execute(_WORK)}


def judge(seen: list[Footprint]) -> Iterator[Finding]:
    """A lock that is waited for without end, once a script; a table that is written anew, each."""
    waiting = next((each for each in seen if each.waits_for_ever), None)
    if waiting is not None:
        strong = [f"{mode} on {name}" for name, mode in sorted(waiting.locks.items()) if mode in BLOCKS_WRITERS]
        what = f"{', '.join(strong)} is waited for without end behind a long transaction, and every sender behind it"
        advice = (
            "begin the script with SET LOCAL lock_timeout = '5s' (SET, where it has no transaction), and run it again"
        )
        yield findings.at("no-lock-timeout", waiting.statement, what, advice)
    for each in seen:
        if each.rewritten:
            advice = "add another column, fill it in portions, then swap the names"
            what = f"writes all of {', '.join(each.rewritten)} anew under AccessExclusiveLock"
            yield findings.at("rewrites-table", each.statement, what, advice)
