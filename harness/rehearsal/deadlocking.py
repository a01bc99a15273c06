"""Whether a script and a send can wait for each other: tried, not guessed, and without chance.

A send locks the table of the messages first, and other tables as its triggers and foreign keys get to them. For each of
those: a session stands still between the two, the script runs until it waits for it, then the session goes on.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from harness.errors import Refusal
from harness.rehearsal import findings, locking, running, traffic
from harness.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.rehearsal.findings import Finding
    from harness.rehearsal.stages import Rehearsal
    from harness.rehearsal.workshop import Database
    from harness.script import Script

_TARGET = "public.chat_messages"
_WORDS = {
    "AccessShareLock": "ACCESS SHARE",
    "RowShareLock": "ROW SHARE",
    "RowExclusiveLock": "ROW EXCLUSIVE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE",
    "ShareLock": "SHARE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
}


def deadlocks(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script) -> Iterator[Finding]:
    """The tables for which this script, run after those in prefix, deadlocks with a send."""
    touched = {name for each in locking.footprints(rehearsal, prefix, script) for name in each.locks}
    if _TARGET not in touched:
        return
    with rehearsal.after(prefix) as database:
        send = _locks_of_a_send(database)
    for table in sorted(touched & send.keys() - {_TARGET}):
        with rehearsal.after(prefix) as database:
            if _meet(database, script, table, send[table]):
                what = f"locks {table} before {_TARGET}, which a send locks the other way round: one of the two fails"
                advice = f"begin with LOCK TABLE {_TARGET}, {table} IN ACCESS EXCLUSIVE MODE"
                yield findings.about("deadlocks", script.path, what, advice)


def _locks_of_a_send(database: Database) -> dict[str, str]:
    """The strongest lock on each table that one send holds when it ends; none where nobody can send."""
    with database.connect() as session, database.connect() as observer:
        people = traffic.messaging(session)
        if not people:
            return {}
        session.execute("BEGIN")
        try:
            people[0].act(session)
        except psycopg.Error:
            # That sends fail is another finding.
            return {}
        tables = {name for name, _, kind in observer.execute(locking.HELD, [session.info.backend_pid]) if kind == "r"}
        strongest = locking.strongest(observer, session.info.backend_pid)
        return {name: mode for name, mode in strongest.items() if name in tables}


def _meet(database: Database, script: Script, table: str, mode: str) -> bool:
    with database.connect() as sender, database.connect() as migrator, database.connect() as observer:
        # The sender notices first, so that it is the one that fails.
        sender.execute("SET deadlock_timeout = '10ms'")
        sender.execute("BEGIN")
        _lock(sender, _TARGET, "RowExclusiveLock")
        worker = threading.Thread(target=running.run, args=(migrator, script), daemon=True)
        worker.start()
        try:
            pid = migrator.info.backend_pid
            if not eventually(lambda: not worker.is_alive() or locking.waits(observer, pid), 60):
                raise Refusal(f"{script.path} neither ended nor waits; set CONNECT_TIME_UNIT above 1 on a slow machine")
            _lock(sender, table, mode)
        except psycopg.errors.DeadlockDetected:
            return True
        finally:
            sender.close()
            worker.join(60)
        return False


def _lock(session: psycopg.Connection[Any], table: str, mode: str) -> None:
    name = sql.Identifier(*table.split(".", 1))
    session.execute(sql.SQL("LOCK TABLE {} IN " + _WORDS[mode] + " MODE").format(name))
