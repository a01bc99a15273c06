"""Connections to the database as authenticator, the role that becomes each request's role."""

from __future__ import annotations

import asyncio
import logging
import select
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import Loader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from stack.database import Database

    Connection = psycopg.AsyncConnection[tuple[Any, ...]]

_MOST = 20
_CONNECT_SECONDS = 5
# Until a request says what holds for its role.
_OPTIONS = "-c statement_timeout=8s"


class Connections:
    """At most 20 connections, opened when they are needed and then kept.

    Unlike a pool that reconnects in the background, it fails at once while the database is away, and works again with
    the first request after it is back.
    """

    def __init__(self, database: Database) -> None:
        self._conninfo = database.conninfo("authenticator")
        self._idle: list[Connection] = []
        self._free = asyncio.Semaphore(_MOST)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Connection]:
        """Yield a connection that nobody else uses meanwhile. Raises psycopg.OperationalError if it cannot connect."""
        async with self._free:
            connection = await self._connected()
            try:
                yield connection
            finally:
                if connection.closed or connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    await connection.close()
                else:
                    self._idle.append(connection)

    async def close(self) -> None:
        """Close every idle connection."""
        while self._idle:
            await self._idle.pop().close()

    async def _connected(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not _has_heard(connection):
                return connection
            await connection.close()
        return await self.another()

    async def another(self) -> Connection:
        """Return a new connection, which the caller closes. Raises psycopg.OperationalError if it cannot connect."""
        connection = await psycopg.AsyncConnection.connect(
            self._conninfo,
            autocommit=True,
            prepare_threshold=0,
            cursor_factory=psycopg.AsyncRawCursor,
            options=_OPTIONS,
            connect_timeout=_CONNECT_SECONDS,
        )
        connection.adapters.register_loader("json", _AsItCame)
        return connection


def _is_news(record: logging.LogRecord) -> bool:
    # A statement that fails early is reported twice; the error itself is raised.
    return not str(record.msg).startswith("error ignored terminating")


logging.getLogger("psycopg").addFilter(_is_news)


class _AsItCame(Loader):
    """Leaves JSON as the database wrote it."""

    def load(self, data: bytes | bytearray | memoryview) -> bytes:
        return bytes(data)


def _has_heard(connection: Connection) -> bool:
    # All that the server sends to an idle connection is that it goes away.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
