"""Which version of the catalog there is, without reading the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stack.rest.connections import Connection

_SNAPSHOT = b"SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text"


@dataclass(frozen=True)
class Version:
    """What could be seen at one moment, by one connection.

    snapshot: which transactions had ended; with the same ones, everything is the same (PostgreSQL, "Transaction ID and
    Snapshot Information Functions"). rows: a fingerprint of the rows that the catalog is read from.
    """

    connection: Connection
    snapshot: str
    rows: str

    def as_before(self, earlier: Version | None, *, thorough: bool) -> bool:
        """Return whether the catalog is that of an earlier version. thorough: equal fingerprints do not count."""
        if earlier is None or earlier.connection is not self.connection:
            # Another server may count its transactions from anywhere.
            return False
        return self.snapshot == earlier.snapshot or (not thorough and self.rows == earlier.rows)


async def look(connection: Connection, earlier: Version | None) -> Version:
    """Return the version of now; the rows are looked at only if a transaction has ended since the earlier one.

    Raises psycopg.Error.
    """
    snapshot = await _told(connection, _SNAPSHOT)
    if earlier is not None and earlier.connection is connection and earlier.snapshot == snapshot:
        return earlier
    return Version(connection, snapshot, await _told(connection, _fingerprint()))


async def _told(connection: Connection, query: bytes) -> str:
    cursor = await connection.execute(query)
    ((text,),) = await cursor.fetchall()
    return str(text)


@cache
def _fingerprint() -> bytes:
    return Path(__file__).with_name("fingerprint.sql").read_bytes()
