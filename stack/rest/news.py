"""What the channel pgrst says: `NOTIFY pgrst, 'reload config'` and 'reload schema', as for PostgREST."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from stack.rest.connections import Connection, Connections

_CHANNEL = b"LISTEN pgrst"
_GENERIC_PLANS = b"SET plan_cache_mode = force_generic_plan"
_ANYTHING = ("config", "schema")


class News:
    """A connection that listens. It is looked at before each request, so that no task has to wait beside them.

    The catalog is read by it, too: the statement is then planned once, and not once for each connection.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._listening: Connection | None = None
        self._said: set[str] = set()

    async def listen(self) -> Connection:
        """Return the connection that listens, a new one if there is none. Raises psycopg.Error if it cannot connect."""
        if self._listening is not None and self._listening.closed:
            self._listening = None
        if self._listening is None:
            connection = await self._connections.another()
            # What is said while something is read.
            connection.add_notify_handler(lambda notified: self._said.update(_meant(notified.payload)))
            await connection.execute(_GENERIC_PLANS)
            await connection.execute(_CHANNEL)
            self._listening = connection
        return self._listening

    def heard(self) -> tuple[str, ...]:
        """Return what is to be read again, of "config" and "schema", because somebody said so since the last call.

        Nothing must be read by the connection meanwhile.
        """
        if self._listening is None:
            return ()
        try:
            pgconn = self._listening.pgconn
            pgconn.consume_input()
            while (notified := pgconn.notifies()) is not None:
                self._said.update(_meant(notified.extra.decode(errors="replace")))
        except psycopg.Error:
            # Nobody listened for a while, so anything may have been said.
            self._listening.pgconn.finish()
            self._listening = None
            self._said.update(_ANYTHING)
        found, self._said = tuple(self._said), set()
        return found

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
