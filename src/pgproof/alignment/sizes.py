"""How large the tables of a live database are, by its own estimates: no table is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# From so many rows on a table is large.
_LARGE = 100_000


@dataclass(frozen=True)
class Sizes:
    """What is known of the tables. rows: estimates by relation. assume_small: that what is not known is small."""

    rows: Mapping[str, int] = field(default_factory=dict)
    assume_small: bool = False

    def is_large(self, relation: str) -> bool:
        """Return whether a table is large; one of which nothing is known may be."""
        rows = self.rows.get(relation)
        return not self.assume_small if rows is None else rows >= _LARGE

    def said(self, relation: str) -> str:
        """Return the beginning of a sentence on the size of a table."""
        rows = self.rows.get(relation)
        if rows is not None:
            return f"{relation} has about {rows} rows by the server's estimate"
        known = "is taken for small (--assume-small)" if self.assume_small else "may be large"
        return f"how many rows {relation} has is not known here, so it {known}"
