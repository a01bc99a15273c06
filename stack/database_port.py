"""A loopback port for the database, for programs that cannot use its socket in the file system."""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from stack.database import Database

_CHUNK = 64 * 1024


class DatabasePort:
    """Passes on what comes to a listening socket to the database, and back."""

    def __init__(self, database: Database, listener: socket.socket) -> None:
        self._database, self._listener = database, listener
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """None: this is no HTTP."""
        return []

    async def open(self) -> None:
        """Begin to accept connections."""
        self._server = await asyncio.start_server(self._accept, sock=self._listener)

    async def close(self) -> None:
        """End all connections."""
        if self._server is not None:
            self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)
        # asyncio would show a traceback of a cancelled callback (3.11).
        with closing(writer), suppress(OSError, asyncio.CancelledError):
            there_reader, there_writer = await self._connect()
            with closing(there_writer):
                await asyncio.gather(_pass(reader, there_writer), _pass(there_reader, writer))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._database.parameters.get("host", "localhost"), self._database.parameters.get("port", "5432")
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, int(port))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.write_eof()
