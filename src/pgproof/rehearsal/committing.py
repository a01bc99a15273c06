"""Whether anything was committed since a moment: where no transaction was, catalog and rows are what they were.

That is how PostgreSQL keeps them (MVCC): pg_xact_status() tells of each transaction number that was given since then
what came of it. Outside of it stand the positions of sequences, which no rollback undoes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof.timing import eventually

if TYPE_CHECKING:
    import psycopg

_NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_SINCE = """
SELECT coalesce(bool_or(status = 'committed'), false), coalesce(bool_or(status = 'in progress'), false)
FROM generate_series(%s, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1) AS given (number),
  pg_xact_status(number::text::xid8) AS status
"""


def mark(connection: psycopg.Connection[Any]) -> int:
    """Return the number that the next transaction of the server gets. connection: autocommit."""
    (number,) = connection.execute(_NEXT).fetchall()[0]
    return int(number)


def nothing_since(connection: psycopg.Connection[Any], number: int) -> bool:
    """Return whether no transaction was committed since mark() returned this number.

    False also if one is still at work after a while, or if it was the server's own, such as an autovacuum.
    """
    seen: list[tuple[bool, bool]] = []

    def ended() -> bool:
        seen[:] = connection.execute(_SINCE, [number]).fetchall()
        return seen[0][0] or not seen[0][1]

    return eventually(ended, 5) and not seen[0][0]
