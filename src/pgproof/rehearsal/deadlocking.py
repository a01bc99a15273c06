"""Whether a script and a send can deadlock: tried instead of guessed, and independent of chance.

A send locks the table that it writes first, then other tables as its triggers and foreign keys get to them. For each of
those, a session stops between the two locks, the script runs until it waits for that session, and the session goes on.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from pgproof.rehearsal import findings, locking, locks
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.findings import Finding
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.rehearsal.traffic import Workload
    from pgproof.scripts.script import Script


def deadlocks(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> Iterator[Finding]:
    """Yield a finding for each table over which this script, run after those in prefix, deadlocks with a send.

    Yields nothing without a workload. Raises UsageError if the script neither ends nor waits.
    """
    touched = {name for each in locking.footprints(rehearsal, prefix, script) for name in each.locks}
    workload = rehearsal.workload
    if workload is None or workload.table not in touched:
        return
    target = workload.table
    with rehearsal.after(prefix) as database:
        send = _locks_of_a_send(workload, database)
    for table in sorted(touched & send.keys() - {target}):
        with rehearsal.after(prefix) as database:
            if _meet(database, script, target, (table, send[table])):
                what = f"locks {table} before {target}, which a send locks in the opposite order: one of the two fails"
                advice = f"begin with LOCK TABLE {target}, {table} IN ACCESS EXCLUSIVE MODE"
                yield findings.about("deadlocks", script.path, what, advice)


def _locks_of_a_send(workload: Workload, database: Database) -> dict[str, str]:
    """Return the strongest lock on each table that one send holds when it ends; none where sending is impossible."""
    with database.connect() as session, database.connect() as observer:
        people = workload.workers(session)
        if not people:
            return {}
        session.execute("BEGIN")
        try:
            people[0].act(session)
        except psycopg.Error:
            # Sends that fail are another finding.
            return {}
        tables = {name for name, _, kind, _ in observer.execute(locks.HELD, [session.info.backend_pid]) if kind == "r"}
        strongest = locks.strongest(observer, session.info.backend_pid)
        return {name: mode for name, mode in strongest.items() if name in tables}


def _meet(database: Database, script: Script, target: str, then: tuple[str, str]) -> bool:
    with (
        database.by_superuser().connect() as sender,
        database.connect() as migrator,
        database.connect() as observer,
    ):
        # The sender notices the deadlock first, so it is the one that fails; only a superuser may set when.
        sender.execute("SET deadlock_timeout = '10ms'")
        sender.execute("BEGIN")
        _lock(sender, target, "RowExclusiveLock")
        worker = threading.Thread(target=running.run, args=(migrator, script), daemon=True)
        worker.start()
        try:
            pid = migrator.info.backend_pid
            locks.until_it_waits(observer, pid, worker, str(script.path))
            _lock(sender, *then)
        except psycopg.errors.DeadlockDetected:
            return True
        finally:
            sender.close()
            worker.join(60)
        return False


def _lock(session: psycopg.Connection[Any], table: str, mode: str) -> None:
    name = sql.Identifier(*table.split(".", 1))
    session.execute(sql.SQL("LOCK TABLE {} IN " + locks.words(mode) + " MODE").format(name))
