"""What to run instead of a statement, as SQL: the steps, and the parts of them that several have in common."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

# As quote_ident sees it, which the catalog's identities are spelled by: a dollar sign needs quotes.
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_NAME_BYTES = 63
INVALID = "drop an index that ends invalid, and make it again"
BATCHES = "fill it in batches"


@dataclass(frozen=True)
class Form:
    """What to do instead. steps: SQL, each in a transaction of its own. note: what else to know."""

    steps: tuple[str, ...]
    note: str = ""


def not_null(table: str, column: str) -> tuple[str, ...]:
    """Return the steps that make a column NOT NULL while people write. Names are as in SQL, the table's qualified."""
    name = quoted(f"{column.strip(chr(34))}_not_null")
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
        f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    from pglast.keywords import COL_NAME_KEYWORDS, RESERVED_KEYWORDS, TYPE_FUNC_NAME_KEYWORDS

    words = RESERVED_KEYWORDS | TYPE_FUNC_NAME_KEYWORDS | COL_NAME_KEYWORDS
    plain = _PLAIN_NAME.match(name) and name not in words
    return name if plain else '"' + name.replace('"', '""') + '"'


def index_of(partition: str, index: str) -> str:
    """Return a name for a partition's part of an index, without quotes, which no other partition's part has."""
    name = f"{partition}_{index}"
    if len(name.encode()) <= _NAME_BYTES:
        return name
    # PostgreSQL would cut it, perhaps to what another one is cut to.
    ending = f"_{zlib.crc32(name.encode()):08x}"
    return name.encode()[: _NAME_BYTES - len(ending)].decode(errors="ignore") + ending


def as_sql(node: Any) -> str:
    """Return a parse tree as SQL.

    What has a syntax of its own, such as AT TIME ZONE, keeps it: PostgreSQL remembers how a constraint called it.
    """
    from pglast.stream import RawStream

    return str(RawStream(special_functions=True)(node))


def again(node: Any) -> Any:
    """Return a copy of a statement's tree, to change."""
    import pglast

    return pglast.parse_sql(as_sql(node))[0].stmt


def by_index(table: str, name: str, constraint: Any, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the steps to UNIQUE or PRIMARY KEY: first its index, while people write."""
    more = f" INCLUDE ({', '.join(quoted(each.sval) for each in constraint.including)})" if constraint.including else ""
    same = " NULLS NOT DISTINCT" if constraint.nulls_not_distinct else ""
    later = (" DEFERRABLE" if constraint.deferrable else "") + (
        " INITIALLY DEFERRED" if constraint.initdeferred else ""
    )
    primary = constraint.contype.name == "CONSTR_PRIMARY"
    return (
        f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({', '.join(columns)}){more}{same}",
        *(step for each in columns if primary for step in not_null(table, each)),
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {'PRIMARY KEY' if primary else 'UNIQUE'} USING INDEX {name}{later}",
    )
