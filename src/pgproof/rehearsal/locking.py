"""What each statement locks, rewrites and scans, and whether it would wait forever.

A statement outside a transaction gets one of its own here, so that its locks are still held when it ends. Only
relations that existed before the script count: nobody waits for one that the script creates. The sources are pg_locks,
pg_relation_filenode() and pg_stat_get_xact_numscans().
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.rehearsal import findings
from pgproof.rehearsal.footprint import Footprint
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
# Read by the script's own session: other sessions do not see its files and scans yet.
_WORK = """
SELECT n.nspname || '.' || c.relname, pg_relation_filenode(c.oid), pg_stat_get_xact_numscans(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
"""


def footprints(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> list[Footprint]:
    """Return what each statement of a script does when it runs after those in prefix; computed once.

    Transaction statements, and statements that cannot run inside a transaction, are left out.
    """
    key = (*prefix, script)
    if key not in rehearsal.known_footprints:
        rehearsal.known_footprints[key] = _found_out(rehearsal, prefix, script)
    return rehearsal.known_footprints[key]


def _found_out(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> list[Footprint]:
    with rehearsal.after(prefix) as database, database.connect() as session, database.connect() as observer:
        watch = _Watch(session, observer)
        running.begin(session, script)
        for statement in script.statements:
            if not watch.run(statement):
                break
        return watch.seen


def strongest(observer: psycopg.Connection[Any], pid: int) -> dict[str, str]:
    """Return the strongest lock that the session pid holds on each relation that the observer sees, one of MODES."""
    found: dict[str, str] = {}
    for name, mode, _ in observer.execute(HELD, [pid]):
        if MODES.index(mode) >= MODES.index(found.get(name, MODES[0])):
            found[name] = mode
    return found


def waits(observer: psycopg.Connection[Any], pid: int) -> bool:
    """Return whether the session pid waits for a lock that another one holds."""
    return observer.execute(_WAITS, [pid]).fetchone() == (True,)


class _Watch:
    """Runs statements one by one, and looks before and after each."""

    def __init__(self, session: psycopg.Connection[Any], observer: psycopg.Connection[Any]) -> None:
        self.seen: list[Footprint] = []
        self._session, self._observer = session, observer
        self._known = {name for name, _, _ in session.execute(_WORK)}
        self._held: dict[str, str] = {}

    def run(self, statement: Statement) -> bool:
        """Run a statement and keep its footprint; return whether it succeeded."""
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
    """Yield a finding for the first lock without a timeout, and for each statement that rewrites a table."""
    waiting = next((each for each in seen if each.waits_for_ever), None)
    if waiting is not None:
        strong = [f"{mode} on {name}" for name, mode in sorted(waiting.locks.items()) if mode in BLOCKS_WRITERS]
        what = (
            f"{', '.join(strong)} without a lock_timeout:"
            " behind a long transaction the script waits forever, and every sender behind it"
        )
        advice = "begin the script with SET LOCAL lock_timeout = '5s' (SET if it has no transaction), and run it again"
        yield findings.at("no-lock-timeout", waiting.statement, what, advice)
    for each in seen:
        if each.rewritten:
            advice = "add another column, fill it in batches, then swap the names"
            what = f"rewrites all of {', '.join(each.rewritten)} under AccessExclusiveLock"
            yield findings.at("rewrites-table", each.statement, what, advice)
