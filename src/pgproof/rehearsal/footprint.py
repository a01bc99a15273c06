"""What one statement did to the relations that existed before any script ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.scripts.script import Statement


@dataclass(frozen=True)
class Footprint:
    """What one statement did to the relations that existed before any script ran.

    locks: the strongest new one on each, by its name in pg_locks. waits_for_ever: it takes a lock that blocks writers,
    without a lock_timeout. rewritten: tables with a new file. scanned: tables that were read from end to end.
    built: indexes that were made or made anew, each with its table. filled: materialized views that were filled anew.
    under: of these, the strongest lock that the transaction holds on each by then, also from an earlier statement.
    parents: of those that are partitions, the outermost partitioned table. required: the columns, each with its table,
    that became NOT NULL, as in SQL.
    """

    statement: Statement
    locks: dict[str, str]
    rewritten: tuple[str, ...]
    scanned: tuple[str, ...]
    waits_for_ever: bool
    built: tuple[tuple[str, str], ...] = ()
    filled: tuple[str, ...] = ()
    under: dict[str, str] | None = None
    parents: dict[str, str] | None = None
    required: tuple[tuple[str, str], ...] = ()

    def subject(self, tables: Sequence[str], built: Sequence[tuple[str, str]] = ()) -> str | None:
        """Return the one table or view that these are or belong to, then its one index in `built`; None for several."""
        whole = {(self.parents or {}).get(name, name) for name in (*tables, *(table for _, table in built))}
        if len(whole) != 1:
            return None
        indexes = [index for index, table in built if table in whole]
        return " ".join([*whole, *(indexes if len(indexes) == 1 else [])])

    def as_json(self) -> dict[str, Any]:
        """Return the footprint as a JSON object."""
        return {
            "file": str(self.statement.path),
            "line": self.statement.line,
            "statement": self.statement.title,
            "locks": self.locks,
            "rewrites": [*self.rewritten, *self.filled],
            "scans": list(self.scanned),
            "builds": [index for index, _ in self.built],
            "waits for ever": self.waits_for_ever,
        }
