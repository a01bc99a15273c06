"""Ends a session within a statement: another one locks what the statement needs, and terminates it once it waits."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.rehearsal import locks
from pgproof.scripts import running
from pgproof.timing import eventually

if TYPE_CHECKING:
    from pgproof.rehearsal.database import Database
    from pgproof.scripts.script import Script

# Tables that the script has locked already are skipped: this session would wait for the script then.
_LOCK = """
DO $$
DECLARE
  name regclass;
BEGIN
  FOR name IN
    SELECT oid FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p') AND relpersistence <> 't' AND oid >= %s
  LOOP
    BEGIN
      EXECUTE pg_catalog.format('LOCK TABLE ONLY %%s IN %s MODE NOWAIT', name);
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
END
$$
"""
# Everybody reads and nobody writes, not even the system catalogs.
FROZEN = _LOCK % (0, "SHARE")
# As everybody does who writes, which the system catalogs have no part in.
WRITING = _LOCK % (16384, "ROW EXCLUSIVE")
_GONE = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)"


def terminate(database: Database, script: Script, place: int, locked: str = FROZEN) -> bool:
    """Run a script, and terminate its backend in the statement at this index; return False if that ended before.

    locked: what the other session does to make the statement wait, FROZEN or WRITING. Raises UsageError if the
    statement neither ends nor waits, or if its session does not end.
    """
    statement, observer = script.statements[place], database.observer()
    with database.connect() as connection:
        running.run(connection, script, until=place)
        # The statement has to wait until it is found waiting, however short a timeout the script set.
        connection.execute("SET lock_timeout = 0")
        pid = connection.info.backend_pid
        worker = threading.Thread(target=running.execute, args=(connection, statement), daemon=True)
        observer.execute("BEGIN")
        try:
            observer.execute(locked.encode())
            worker.start()
            inside = locks.until_it_waits(observer, pid, worker, f"{statement.path}:{statement.line}")
            observer.execute("SELECT pg_terminate_backend(%s)", [pid])
        finally:
            observer.execute("ROLLBACK")
        worker.join(60)
        # Its transaction is rolled back before it disappears from pg_stat_activity.
        if not eventually(lambda: observer.execute(_GONE, [pid]).fetchone() == (True,)):
            raise UsageError("a terminated session does not end; set CONNECT_TIME_UNIT above 1 on a slow machine")
        return inside
