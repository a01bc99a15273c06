"""What one statement did to the relations that existed before its script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pgproof.scripts.script import Statement


@dataclass(frozen=True)
class Footprint:
    """What one statement did to the relations that existed before its script.

    locks: the strongest new one on each, by its name in pg_locks. waits_for_ever: it takes a lock that blocks writers,
    without a lock_timeout.
    """

    statement: Statement
    locks: dict[str, str]
    rewritten: tuple[str, ...]
    scanned: tuple[str, ...]
    waits_for_ever: bool

    def as_json(self) -> dict[str, Any]:
        """Return the footprint as a JSON object."""
        return {
            "file": str(self.statement.path),
            "line": self.statement.line,
            "statement": self.statement.title,
            "locks": self.locks,
            "rewrites": list(self.rewritten),
            "scans": list(self.scanned),
            "waits for ever": self.waits_for_ever,
        }
