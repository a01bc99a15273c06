"""Where each sequence stands. A rollback does not restore that, so it is not part of what has to be the same.

What counts is that no script sets a sequence back: it would then give numbers that are used already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

# A sequence that cycles may give any number again.
_SEQUENCES = """
SELECT n.nspname, c.relname, s.seqincrement
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT s.seqcycle AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2
"""
# One that has not that many numbers left stays where it is.
_ADVANCE = """
SELECT setval(s.seqrelid::regclass, p.next + 1000 * s.seqincrement)
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN unnest(%s::text[], %s::bigint[]) AS p (name, next) ON p.name = n.nspname || '.' || c.relname
WHERE p.next::numeric + 1000 * s.seqincrement::numeric BETWEEN s.seqmin AND s.seqmax
"""


@dataclass(frozen=True)
class Position:
    """The next number of a sequence, and its increment, which may be negative."""

    next: int
    increment: int


def read(connection: psycopg.Connection[Any]) -> dict[str, Position]:
    """Return the position of each sequence that does not cycle, by name, such as "public.notes_id_seq"."""
    one = sql.SQL(
        "SELECT {name}, last_value + CASE WHEN is_called THEN {increment} ELSE 0 END, {increment} FROM {sequence}"
    )
    queries = [
        one.format(
            name=f"{schema}.{sequence}",
            increment=sql.Literal(increment),
            sequence=sql.Identifier(schema, sequence),
        )
        for schema, sequence, increment in connection.execute(_SEQUENCES).fetchall()
    ]
    if not queries:
        return {}
    found = connection.execute(sql.SQL(" UNION ALL ").join(queries)).fetchall()
    return {name: Position(following, increment) for name, following, increment in found}


def advance(connection: psycopg.Connection[Any]) -> None:
    """Move each sequence that does not cycle on by a thousand numbers, as if they had been given."""
    known = read(connection)
    connection.execute(_ADVANCE, [list(known), [each.next for each in known.values()]])


def set_back(before: Mapping[str, Position], after: Mapping[str, Position]) -> Iterator[tuple[str, str]]:
    """Yield each sequence that stands behind its earlier position, with a sentence on it."""
    for name in sorted(before.keys() & after.keys()):
        was, is_now = before[name], after[name]
        if (is_now.next - was.next) * was.increment < 0:
            yield name, f"the sequence is set back: it would have given {was.next} next, now it gives {is_now.next}"
