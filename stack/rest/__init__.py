"""The part of PostgREST that Supabase's clients use, over the schemas that are exposed: /rest/v1."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from starlette.routing import Mount

from stack.gateway import KeyRequired
from stack.rest.connections import Connections
from stack.rest.endpoint import PREFIX, Endpoint
from stack.rest.identity import Identities
from stack.rest.news import News
from stack.rest.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from stack.database import Database
    from stack.tokens import Tokens


class Rest:
    """The service at /rest/v1, over the schema public and others that are exposed."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._connections = Connections(database)
        self._news = News(self._connections)
        self._schema = Schema(self._news)
        self._endpoint = KeyRequired(Endpoint(self._connections, self._schema, Identities(tokens)), tokens)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The one mount of /rest/v1, whose requests need an API key."""
        return [Mount(PREFIX, self._endpoint)]

    async def open(self) -> None:
        """Read the catalog, and return once requests can be answered. Raises psycopg.Error if that fails."""
        known = await self._schema.current()
        for name in (*known.settings.ignored, *known.settings.refused):
            print(f"stack: rest does not obey {name}, which is set for authenticator", file=sys.stderr)

    async def close(self) -> None:
        """Close all connections."""
        await self._news.close()
        await self._connections.close()
