"""What a statement outside transactions leaves when it is interrupted, and whether its script mends that.

CREATE INDEX CONCURRENTLY in a file of its own is how an index is made while people write, so it is not a finding. It
waits for everybody who writes there, and whoever interrupts it then leaves an index that is not valid: never used,
always kept up to date. That is tried here: the script is interrupted while it waits for a writer, and run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import terminating
from pgproof.rehearsal.steps import apply

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.rehearsal.database import Database
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
        place = script.statements.index(statement)
        if not terminating.terminate(database, script, place, terminating.WRITING):
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
