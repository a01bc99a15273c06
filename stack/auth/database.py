"""The service's own connections: the administrator's, each statement a transaction of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from psycopg.rows import DictRow

    from stack.database import Database

    Pool = AsyncConnectionPool[AsyncConnection[DictRow]]
    Row = dict[str, Any]

_CONNECTIONS = 4
_SECONDS_FOR_A_CONNECTION = 10
_SCHEMA = Path(__file__).with_name("schema.sql")


class Rows:
    """Runs statements. Opened before the first, closed after the last."""

    def __init__(self, database: Database) -> None:
        self._pool: Pool = AsyncConnectionPool(
            database.conninfo("postgres"),
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_SECONDS_FOR_A_CONNECTION,
            # Finds out that the database was restarted before a request does.
            check=AsyncConnectionPool.check_connection,
            open=False,
        )

    async def open(self) -> None:
        """Connect, and make the tables that are missing."""
        await self._pool.open(wait=True)
        await self.all(_SCHEMA.read_text(encoding="utf-8"))

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    async def all(self, query: str, **parameters: Any) -> list[Row]:
        """Return all rows that a statement gives, as dicts. Raises psycopg.Error."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query.encode(), parameters or None)
            return [] if cursor.description is None else await cursor.fetchall()

    async def first(self, query: str, **parameters: Any) -> Row | None:
        """Return the first row that a statement gives, None if there is none. Raises psycopg.Error."""
        rows = await self.all(query, **parameters)
        return rows[0] if rows else None
