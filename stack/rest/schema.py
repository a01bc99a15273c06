"""The catalog and the settings as they are now, read again when they may have changed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack.rest import catalog, settings, views

if TYPE_CHECKING:
    from stack.rest.catalog import Catalog
    from stack.rest.news import News
    from stack.rest.settings import Settings

# A migration is noticed after this many seconds at the latest, and at once if a name in a request is not known.
_FRESH_SECONDS = 1.0
_SEARCH_NOWHERE = b"SELECT pg_catalog.set_config('search_path', '', true)"


@dataclass(frozen=True)
class Known:
    """What is known of the database at one moment."""

    catalog: Catalog
    settings: Settings


class Schema:
    """Reads the catalog by the connection that listens.

    The settings are read again only when somebody notifies pgrst, as PostgREST does.
    """

    def __init__(self, news: News) -> None:
        self._news = news
        self._known: Known | None = None
        self._settings: Settings | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def current(self) -> Known:
        """Return what is known, read again if it is over a second old. Raises psycopg.Error if it cannot be read."""
        heard = () if self._reading.locked() else self._news.heard()
        if "config" in heard:
            self._settings = None
        if heard:
            return await self.newer_than(time.monotonic())
        if self._known is None or time.monotonic() - self._read_at > _FRESH_SECONDS:
            return await self.newer_than(time.monotonic() - _FRESH_SECONDS)
        return self._known

    async def newer_than(self, moment: float) -> Known:
        """Return what is known after this moment of time.monotonic(); the same object if nothing has changed.

        Raises psycopg.Error if it cannot be read.
        """
        async with self._reading:
            if self._known is None or self._settings is None or self._read_at <= moment:
                began = time.monotonic()
                if self._settings is None:
                    self._settings = settings.read(await self._told(settings.query()))
                    self._known = None
                exposed, after = self._settings.schemas, self._settings.extra_search_path
                document = await self._told(catalog.query(), list(exposed), list(after))
                if self._known is None or document != self._known.catalog.document:
                    # Without views there is nothing to look for.
                    shown = views.read(await self._told(views.query())) if catalog.has_views(document) else {}
                    self._known = Known(catalog.read(document, shown), self._settings)
                self._read_at = began
            return self._known

    async def _told(self, query: bytes, *values: list[str]) -> str:
        connection = await self._news.listen()
        async with connection.pipeline():
            # Every type is then written with its schema.
            await connection.execute(_SEARCH_NOWHERE)
            cursor = await connection.execute(query, values or None)
        ((document,),) = await cursor.fetchall()
        return str(document)
