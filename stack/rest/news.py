"""What the channel pgrst says: `NOTIFY pgrst, 'reload config'` and 'reload schema', as for PostgREST."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from stack.rest.connections import Connection, Connections

_CHANNEL = b"LISTEN pgrst"
_ANYTHING = ("config", "schema")


class News:
    """A connection that listens. It is looked at before each request, so that no task has to wait beside them."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._listening: Connection | None = None

    async def listen(self) -> None:
        """Begin to listen, unless that has been done. Raises psycopg.Error if it cannot connect."""
        if self._listening is None:
            connection = await self._connections.another()
            await connection.execute(_CHANNEL)
            self._listening = connection

    def heard(self) -> tuple[str, ...]:
        """Return what is to be read again, of "config" and "schema", because somebody said so since the last call."""
        if self._listening is None:
            return ()
        found: set[str] = set()
        try:
            pgconn = self._listening.pgconn
            pgconn.consume_input()
            while (notified := pgconn.notifies()) is not None:
                found.update(_meant(notified.extra.decode(errors="replace")))
        except psycopg.Error:
            # Nobody listened for a while, so anything may have been said.
            self._listening.pgconn.finish()
            self._listening = None
            return _ANYTHING
        return tuple(found)

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            await self._listening.close()
            self._listening = None


def _meant(said: str) -> tuple[str, ...]:
    known = {"": _ANYTHING, "reload config": ("config",), "reload schema": ("schema",)}
    if said not in known:
        print(f"stack: rest does not know what NOTIFY pgrst, '{said}' asks for", file=sys.stderr)
    return known.get(said, ())
