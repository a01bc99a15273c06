"""One snapshot of everything that defines a schema, and the difference of two.

Read in one query from PostgreSQL's system catalogs (pg_class, pg_attribute, pg_constraint, pg_index, pg_proc,
pg_trigger, pg_policy, pg_publication, their access lists and more; see catalog.sql).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg

MESSAGING_SCHEMAS = ("public", "private")
MESSAGING_TABLES = ("attachments", "chat_messages", "chat_participants", "chats", "message_reactions")


# With an empty search path every name is printed with its schema, whatever the role's own setting.
_BEGIN = """
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL statement_timeout = '60s';
SET LOCAL lock_timeout = '2s';
SET LOCAL idle_in_transaction_session_timeout = '60s'
"""


@cache
def _query() -> bytes:
    return Path(__file__).with_suffix(".sql").read_bytes()


@dataclass(frozen=True)
class Catalog:
    """objects: by kind ("column", "index", …) and identity ("public.chats.name"), the attributes of each object."""

    objects: Mapping[tuple[str, str], Mapping[str, Any]]

    def get(self, kind: str, identity: str) -> Mapping[str, Any]:
        """The attributes of one object; empty if there is no such object."""
        return self.objects.get((kind, identity), {})

    def of_kind(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """All objects of a kind, by identity."""
        return {identity: attributes for (found, identity), attributes in self.objects.items() if found == kind}


def begin_reading(connection: psycopg.Connection[Any]) -> None:
    """Open the one transaction that a snapshot is read in: read-only, repeatable read, with bounded waits."""
    connection.execute(_BEGIN)


def read(connection: psycopg.Connection[Any], schemas: Sequence[str] | None = None) -> Catalog:
    """Read the catalog in one round trip, after begin_reading.

    schemas: which to read, None for all but the system's own.
    """
    rows = connection.execute(_query(), {"schemas": None if schemas is None else list(schemas)}).fetchall()
    return Catalog({(kind, identity): attributes for kind, identity, attributes in rows})


def differences(left: Catalog, right: Catalog) -> Iterator[str]:
    """One line in plain words for each difference, in the order of kind and identity."""
    for key in sorted(left.objects.keys() | right.objects.keys()):
        kind, identity = key
        if key not in right.objects:
            yield f"{kind} {identity}: only in the first"
        elif key not in left.objects:
            yield f"{kind} {identity}: only in the second"
        else:
            before, after = left.objects[key], right.objects[key]
            for name in sorted(before.keys() | after.keys()):
                if before.get(name) != after.get(name):
                    change = f"{name} is {before.get(name)!r} in the first, {after.get(name)!r} in the second"
                    yield f"{kind} {identity}: {change}"
