"""The catalog and the settings as they are now, read again when they may have changed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stack.rest import catalog, settings, version, views

if TYPE_CHECKING:
    from stack.rest.catalog import Catalog
    from stack.rest.news import News
    from stack.rest.settings import Settings
    from stack.rest.version import Version

# A migration is noticed after this many seconds at the latest, and at once if a name in a request is not known.
_FRESH_SECONDS = 1.0
_SEARCH_NOWHERE = b"SELECT pg_catalog.set_config('search_path', '', true)"


@dataclass(frozen=True)
class Known:
    """What is known of the database at one moment."""

    catalog: Catalog
    settings: Settings


class Schema:
    """Reads the catalog by the connection that listens, where it is not still the same.

    The settings are read again only when somebody notifies pgrst, as PostgREST does.
    """

    def __init__(self, news: News) -> None:
        self._news = news
        self._known: Known | None = None
        self._settings: Settings | None = None
        self._version: Version | None = None
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
            return await self.newer_than(time.monotonic() - _FRESH_SECONDS, thorough=False)
        return self._known

    async def newer_than(self, moment: float, *, thorough: bool = True) -> Known:
        """Return what is known after this moment of time.monotonic(); the same object if nothing has changed.

        thorough: read the catalog again if anything has been committed, whatever it was. Raises psycopg.Error if it
        cannot be read.
        """
        async with self._reading:
            if self._known is None or self._settings is None or self._read_at <= moment:
                began = time.monotonic()
                if self._settings is None:
                    self._settings = settings.read(await self._told(settings.query()))
                    self._known = None
                now = await version.look(await self._news.listen(), self._version)
                if self._known is None or not now.as_before(self._version, thorough=thorough):
                    self._known = await self._read(self._known, self._settings)
                    # Only now is it what is known.
                    self._version = now
                self._read_at = began
            return self._known

    async def _read(self, known: Known | None, setup: Settings) -> Known:
        document = await self._told(catalog.query(), list(setup.schemas), list(setup.extra_search_path))
        if known is not None and document == known.catalog.document:
            return known
        # Without views there is nothing to look for.
        shown = views.read(await self._told(views.query())) if catalog.has_views(document) else {}
        return Known(catalog.read(document, shown), setup)

    async def _told(self, query: bytes, *values: list[str]) -> str:
        connection = await self._news.listen()
        async with connection.pipeline():
            # Every type is then written with its schema.
            await connection.execute(_SEARCH_NOWHERE)
            cursor = await connection.execute(query, values or None)
        ((document,),) = await cursor.fetchall()
        return str(document)
