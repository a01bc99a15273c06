"""What a statement outside transactions leaves when it is interrupted, and whether its script mends that.

CREATE INDEX CONCURRENTLY in a file of its own is how an index is made while people write, so it is no finding. It waits
for everybody who writes there, and whoever interrupts it then leaves an index that is not valid: never used, always
kept up to date. That is tried here: the script is interrupted while it waits for a writer, and run again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pgproof.errors import UsageError
from pgproof.rehearsal import locking
from pgproof.rehearsal.steps import apply
from pgproof.scripts import running
from pgproof.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.scratch_server import Database
    from pgproof.rehearsal.steps import Rehearsal
    from pgproof.scripts.script import Script, Statement

# Each does one thing, and done again it does that one thing.
_ONE_THING = ("VACUUM", "CREATE INDEX CONCURRENTLY", "DROP INDEX CONCURRENTLY", "REINDEX CONCURRENTLY")
_SETTINGS = ("VariableSetStmt", "VariableShowStmt")
_INVALID = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), t.oid::regclass::text
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class t ON t.oid = i.indrelid
WHERE NOT i.indisvalid AND t.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1
"""
# As everybody does who writes; tables that the script has locked already are skipped.
_WRITE = """
DO $$
DECLARE
  name regclass;
BEGIN
  FOR name IN SELECT oid FROM pg_catalog.pg_class WHERE relkind = 'r' AND relpersistence <> 't' AND oid >= 16384 LOOP
    BEGIN
      EXECUTE pg_catalog.format('LOCK TABLE ONLY %s IN ROW EXCLUSIVE MODE NOWAIT', name);
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
END
$$
"""


def apart(script: Script) -> tuple[Statement, ...]:
    """Return the statement outside transactions that a file holds alone, but for settings; () if it shares its file."""
    working = [each for each in script.statements if each.kind not in _SETTINGS]
    if len(working) == 1 and working[0].outside in _ONE_THING:
        return (working[0],)
    return ()


def told(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield a note for each script alone in its file that, interrupted, leaves an index that is not valid."""
    way = [*rehearsal.ups, *rehearsal.downs]
    for place, script in enumerate(way):
        for statement in apart(script):
            if "INDEX" in (statement.outside or ""):
                yield from _tried(rehearsal, way[:place], script, statement)


def _tried(rehearsal: Rehearsal, prefix: Sequence[Script], script: Script, statement: Statement) -> Iterator[str]:
    with rehearsal.after(prefix) as database:
        before = _invalid(database)
        if not _interrupted(database, script, statement):
            return
        left = {index: table for index, table in _invalid(database).items() if index not in before}
        if not left:
            return
        ran = apply(database, script)
        kept = [index for index in left if index in _invalid(database)]
    again = f"run again, it fails ({ran.failure.message})" if ran.failure is not None else "run again, it keeps that"
    if kept:
        what = f"interrupted, it leaves {', '.join(kept)} not valid, which no query uses; {again}"
        mend = "; ".join(f"DROP INDEX CONCURRENTLY IF EXISTS {index}" for index in kept)
        yield f"{script.path}:{statement.line}: {what}; look at pg_index.indisvalid afterwards, and mend it by {mend}"


def _invalid(database: Database) -> dict[str, str]:
    return dict(database.observer().execute(_INVALID).fetchall())


def _interrupted(database: Database, script: Script, statement: Statement) -> bool:
    """End the script's session while its statement waits for a writer; return False if it did not wait."""
    observer, place = database.observer(), script.statements.index(statement)
    with database.connect() as connection:
        running.run(connection, script, until=place)
        connection.execute("SET lock_timeout = 0")
        pid = connection.info.backend_pid
        worker = threading.Thread(target=running.execute, args=(connection, statement), daemon=True)
        observer.execute("BEGIN")
        try:
            observer.execute(_WRITE)
            worker.start()
            if not eventually(lambda: not worker.is_alive() or locking.waits(observer, pid), 60):
                where = f"{statement.path}:{statement.line}"
                raise UsageError(f"{where} neither ends nor waits; set CONNECT_TIME_UNIT above 1 on a slow machine")
            waited = worker.is_alive()
            observer.execute("SELECT pg_terminate_backend(%s)", [pid])
        finally:
            observer.execute("ROLLBACK")
        worker.join(60)
        return waited
