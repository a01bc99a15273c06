"""The catalog as it is now, read again when it may have changed."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from stack.rest import catalog

if TYPE_CHECKING:
    from stack.rest.catalog import Catalog
    from stack.rest.connections import Connections

# A migration is noticed after this many seconds at the latest, and at once if a name in a request is not known.
_FRESH_SECONDS = 1.0
_SEARCH_NOWHERE = b"SELECT pg_catalog.set_config('search_path', '', true)"


class Schema:
    """Reads the catalog with a connection of the requests' own."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._catalog: Catalog | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def current(self) -> Catalog:
        """Return the catalog, read again if it is over a second old. Raises psycopg.Error if it cannot be read."""
        if self._catalog is None or time.monotonic() - self._read_at > _FRESH_SECONDS:
            return await self.newer_than(time.monotonic() - _FRESH_SECONDS)
        return self._catalog

    async def newer_than(self, moment: float) -> Catalog:
        """Return the catalog as it was after this moment of time.monotonic(); the same object if nothing has changed.

        Raises psycopg.Error if it cannot be read.
        """
        async with self._reading:
            if self._catalog is None or self._read_at <= moment:
                began = time.monotonic()
                document = await self._document()
                if self._catalog is None or document != self._catalog.document:
                    self._catalog = catalog.read(document)
                self._read_at = began
            return self._catalog

    async def _document(self) -> str:
        async with self._connections.one() as connection, connection.pipeline():
            # Every type is then written with its schema.
            await connection.execute(_SEARCH_NOWHERE)
            cursor = await connection.execute(catalog.query())
        ((document,),) = await cursor.fetchall()
        return str(document)
