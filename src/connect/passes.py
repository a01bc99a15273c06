"""One pass over a table that judges each row by all rules at once, and stops when its time is up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connect.rules import Rule

# As many bad rows of a table as are counted where time is limited.
_MOST = 1000
# Tables of so many bytes are read whatever the time, so that on a busy machine the answer is the same.
SMALL, SMALL_PROBED = 4 * 1024 * 1024, 1024 * 1024
# With its parts and heirs.
_SIZE = """
WITH RECURSIVE family (part) AS (
  SELECT unnest(ARRAY[{tables}]::regclass[])::oid
  UNION SELECT inhrelid FROM pg_inherits JOIN family ON inhparent = part
) SELECT sum(pg_relation_size(part)) <= {size} FROM family
"""


def size_within(size: int, *tables: str) -> str:
    """Return SQL that is true if the tables have no more than that many bytes together."""
    listed = ", ".join(f"'public.{table}'" for table in tables)
    return f"({_SIZE.format(tables=listed, size=size)})"


class Seen(NamedTuple):
    """How many rows were found that break a rule. complete: whether all rows were read."""

    rows: int
    complete: bool


@dataclass(frozen=True)
class Pass:
    """A pass over a table. together: the rules that are judged in it, all of them by rows of this table."""

    table: str
    together: Mapping[str, Rule]

    def query(self, seconds: float | None, within: str = "true", *, proved_too: bool = False) -> str:
        """Return SQL with one row: whether all rows were read, and the counts of what was found.

        seconds: after which it stops, None for never, 0 for at once even if the tables are small. within: a condition
        on t, for a part of the table. proved_too: whether to read what is proved without that.
        """
        flags = [f"bad_{number}" for number in range(len(self.together))]
        counts = ", ".join(f"count(*) FILTER (WHERE {flag})" for flag in flags)
        # What is proved needs no pass.
        needed = "true" if proved_too else " OR ".join(f"NOT {rule.proved}" for rule in self.together.values())
        rows = f"public.{self.table} t WHERE ({needed}) AND {within}"
        if seconds is None:
            conditions = ", ".join(
                f"({rule.condition}) AS {flag}" for rule, flag in zip(self.together.values(), flags, strict=True)
            )
            return f"SELECT true, {counts} FROM (SELECT {conditions} FROM {rows}) judged"
        small = size_within(SMALL_PROBED if self.probing else SMALL, *self.tables) if seconds else "false"
        # Rows come one by one up to the LIMIT, which counts those that are bad or late: nothing here may sort or
        # aggregate below it. From the end of the time on rows are late, no rule is judged, and the LIMIT is soon
        # reached. Every OFFSET keeps the planner from evaluating an expression twice.
        conditions = ", ".join(
            f"CASE WHEN late THEN false ELSE {rule.condition} END AS {flag}"
            for rule, flag in zip(self.together.values(), flags, strict=True)
        )
        return f"""
WITH given AS MATERIALIZED (SELECT CASE WHEN {small} THEN 'infinity' ELSE
  clock_timestamp() + interval '{seconds * 1000:.3f} ms' END AS ends)
SELECT NOT coalesce(bool_or(late), false) AND count(*) < {_MOST}, {counts} FROM (
  SELECT * FROM (
    SELECT late, {conditions} FROM (
      SELECT {self._columns()}, clock_timestamp() >= (SELECT ends FROM given) AS late FROM {rows} OFFSET 0
    ) t OFFSET 0
  ) judged WHERE late OR {" OR ".join(flags)} LIMIT {_MOST}
) found"""

    @property
    def probing(self) -> bool:
        """Whether other rows are looked at for each."""
        return any(rule.probing for rule in self.together.values())

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that are looked at."""
        return tuple(dict.fromkeys(table for rule in self.together.values() for table in rule.tables))

    def seen(self, answer: Sequence[object]) -> dict[str, Seen]:
        """Return what the query's row says of each rule."""
        complete, *counts = answer
        return {
            name: Seen(int(str(count)), complete=bool(complete))
            for name, count in zip(self.together, counts, strict=True)
        }

    def _columns(self) -> str:
        """Return the columns of the table that the rules look at."""
        named = {column for rule in self.together.values() for column in rule.columns}
        own = sorted(column for column in named if column.partition(".")[0] == self.table)
        return ", ".join(f"t.{column.partition('.')[2]}" for column in own)
