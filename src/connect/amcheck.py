"""Whether the indexes that others rest on agree with their tables, as PostgreSQL's extension amcheck sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from connect.schema import TABLES
from pgproof.errors import first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

# index_corrupted and data_corrupted.
_CORRUPT = ("XX001", "XX002")
_CALL = "bt_index_check(regclass, boolean)"
# The function with its schema, None if the extension is not installed; whether this role may call it, and its name,
# which is not that of the login where a pooler is in between.
_FUNCTION = """
SELECT p.oid::regproc::text, has_function_privilege(p.oid, 'EXECUTE'), quote_ident(current_user)
FROM pg_extension e JOIN pg_proc p ON p.pronamespace = e.extnamespace AND p.proname = 'bt_index_check'
WHERE e.extname = 'amcheck' AND p.pronargs = 2
"""
# The keys by which rows are looked up, and what forbids a second row of a kind.
_INDEXES = """
SELECT t.relname::text, i.indexrelid::regclass::text
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
WHERE t.relnamespace = 'public'::regnamespace AND t.relname = ANY (%s) AND c.relkind = 'i'
  AND i.indisunique AND i.indisvalid AND i.indisready
ORDER BY 2
"""


class Checked(NamedTuple):
    """What was found. wrong: by table, what its indexes do not agree with. advice: what was not checked, and why."""

    wrong: tuple[tuple[str, str], ...]
    advice: tuple[str, ...] = ()


def check(connection: psycopg.Connection[Any]) -> Checked:
    """Check the unique indexes of the messaging tables, and that each row of a table is in them.

    connection: in a transaction. Raises psycopg.Error where that has nothing to do with amcheck.
    """
    found = connection.execute(_FUNCTION).fetchone()
    if found is None:
        return Checked((), ("the indexes were not checked: CREATE EXTENSION amcheck is missing here",))
    function, may_call, role = found
    if not may_call:
        grant = f"GRANT EXECUTE ON FUNCTION {function}(regclass, boolean) TO {role}"
        return Checked((), (f"the indexes were not checked: this role may not call {_CALL}; {grant}",))
    wrong: list[tuple[str, str]] = []
    advice: list[str] = []
    for table, index in connection.execute(_INDEXES, [list(TABLES)]).fetchall():
        for said, is_wrong in _one(connection, function, index):
            if is_wrong:
                wrong.append(
                    (table, f"the index {index} cannot be trusted: {said}; REINDEX INDEX CONCURRENTLY {index}")
                )
            else:
                advice.append(f"the index {index} was not checked: {said}")
    return Checked(tuple(wrong), tuple(advice))


def _one(connection: psycopg.Connection[Any], function: str, index: str) -> Iterator[tuple[str, bool]]:
    """Yield what is said of an index, if anything, and whether that means it is corrupt."""
    try:
        with connection.transaction():
            connection.execute(f"SELECT {function}(%s::regclass, true)".encode(), [index])
    except psycopg.Error as error:
        yield first_line(error), error.sqlstate in _CORRUPT
