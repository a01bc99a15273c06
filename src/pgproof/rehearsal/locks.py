"""The locks of PostgreSQL's tables: which there are, who holds them, and who waits. The source is pg_locks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError
from pgproof.timing import eventually

if TYPE_CHECKING:
    import threading

    import psycopg

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
# What is shown to a person: the weaker ones disturb nobody.
STRONG = MODES[MODES.index("ShareUpdateExclusiveLock") :]
# Read by another session, which does not see what the script has not committed yet.
HELD = """
SELECT n.nspname || '.' || c.relname, l.mode, c.relkind, c.oid::int8
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE l.pid = %s AND l.locktype = 'relation' AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
"""
_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)"


def words(mode: str) -> str:
    """Return one of MODES as LOCK TABLE has it, such as "SHARE ROW EXCLUSIVE"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode.removesuffix("Lock")).upper()


def strongest(observer: psycopg.Connection[Any], pid: int, among: frozenset[int] | None = None) -> dict[str, str]:
    """Return the strongest lock that the session pid holds on each relation that the observer sees, one of MODES.

    among: the OIDs of the relations that count, None for all.
    """
    found: dict[str, str] = {}
    for name, mode, _, oid in observer.execute(HELD, [pid]):
        if among is not None and oid not in among:
            continue
        if MODES.index(mode) >= MODES.index(found.get(name, MODES[0])):
            found[name] = mode
    return found


def waits(observer: psycopg.Connection[Any], pid: int) -> bool:
    """Return whether the session pid waits for a lock that another one holds."""
    return observer.execute(_WAITS, [pid]).fetchone() == (True,)


def until_it_waits(observer: psycopg.Connection[Any], pid: int, worker: threading.Thread, where: str) -> bool:
    """Wait until the session pid waits for a lock, or its worker has ended; return whether it is still at work.

    where: what the worker runs, for a person. Raises UsageError if it neither ends nor waits.
    """
    if not eventually(lambda: not worker.is_alive() or waits(observer, pid), 60):
        raise UsageError(f"{where} neither ends nor waits; set CONNECT_TIME_UNIT above 1 on a slow machine")
    return worker.is_alive()
