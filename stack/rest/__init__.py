"""The part of PostgREST that Supabase's clients use, over one schema: /rest/v1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Mount

from stack.gateway import KeyRequired
from stack.rest.connections import Connections
from stack.rest.endpoint import PREFIX, Endpoint
from stack.rest.identity import Identities
from stack.rest.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from stack.database import Database
    from stack.tokens import Tokens


class Rest:
    """The service at /rest/v1, over the schema public."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._connections = Connections(database)
        self._schema = Schema(self._connections)
        self._endpoint = KeyRequired(Endpoint(self._connections, self._schema, Identities(tokens)), tokens)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The one mount of /rest/v1, whose requests need an API key."""
        return [Mount(PREFIX, self._endpoint)]

    async def open(self) -> None:
        """Read the catalog, and return once requests can be answered. Raises psycopg.Error if that fails."""
        await self._schema.current()

    async def close(self) -> None:
        """Close all connections."""
        await self._connections.close()
