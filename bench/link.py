"""A slow or broken way to a server: TCP on loopback, passed on to a server's Unix socket.

Unrealistic about it: nothing is lost and sent again, a connection has its whole bandwidth from the first byte on, and
the machine that does not answer any more still acknowledges what it is sent.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

Fault = Literal["stalls", "breaks", "crawls"]
_SOCKET = ".s.PGSQL.5432"
_PORTION = 65536
# While it crawls, each byte takes so long.
_BYTE_SECONDS = 0.1


class Link:
    """What came by it. port: where it listens, on 127.0.0.1.

    round_trips: how often a client waited for the way there and back, the connecting itself included.
    """

    def __init__(self, folder: str, round_trip: float, fault: Fault | None, after: int) -> None:
        self.connections = self.round_trips = self.port = 0
        self._server = f"{folder}/{_SOCKET}"
        self._one_way = round_trip / 2
        self._fault, self._after = fault, after
        self._tasks: set[asyncio.Task[None]] = set()
        self._listens, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(),), daemon=True)

    def open(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._listens.wait()

    def close(self) -> None:
        """Break all connections off, and listen no more."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        listening = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._listens.set()
        await self._over.wait()
        listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self.connections += 1
        # What connects waits for an answer before it says anything; here it was answered by this machine.
        self.round_trips += 1
        earliest = self._loop.time() + 3 * self._one_way
        try:
            server, to_server = await asyncio.open_unix_connection(self._server)
        except BaseException:
            to_client.close()
            raise
        passing = _Passing(self, self._fault, self._after)
        for reader, writer, pass_on in ((client, to_server, passing.there), (server, to_client, passing.back)):
            self._start(self._pass(reader, writer, pass_on, earliest))

    def _start(self, action: Awaitable[None]) -> None:
        task = asyncio.ensure_future(action)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        pass_on: Callable[[asyncio.StreamWriter, bytes], Awaitable[None]],
        earliest: float,
    ) -> None:
        """Pass everything on, each portion when its time on the way is over, and the end as well."""
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def receive() -> None:
            data = b" "
            while data:
                data = b""
                with suppress(ConnectionError):
                    data = await reader.read(_PORTION)
                await arriving.put((max(self._loop.time() + self._one_way, earliest), data))

        self._start(receive())
        try:
            with suppress(ConnectionError):
                while True:
                    due, data = await arriving.get()
                    await asyncio.sleep(max(0.0, due - self._loop.time()))
                    if not data:
                        break
                    await pass_on(writer, data)
        finally:
            # Its other direction ends by that as well.
            writer.close()


class _Passing:
    """One connection on its way; what goes wrong is what the server answers."""

    def __init__(self, link: Link, fault: Fault | None, after: int) -> None:
        self._link, self._fault, self._left = link, fault, after
        self._asked = False

    async def there(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        self._asked = True
        _write(writer, data)

    async def back(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if self._asked:
            self._asked = False
            self._link.round_trips += 1
        if self._fault is None or len(data) <= self._left:
            self._left -= len(data)
            _write(writer, data)
            return
        _write(writer, data[: self._left])
        rest, self._left = data[self._left :], 0
        if self._fault == "breaks":
            raise ConnectionAbortedError
        if self._fault == "stalls":
            await asyncio.Event().wait()
        for byte in rest:
            await asyncio.sleep(_BYTE_SECONDS)
            _write(writer, bytes([byte]))


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Write to a connection. Raises ConnectionAbortedError if the other end has gone."""
    if writer.is_closing():
        raise ConnectionAbortedError
    writer.write(data)


@contextmanager
def link(folder: str, *, round_trip: float = 0.0, fault: Fault | None = None, after: int = 0) -> Iterator[Link]:
    """Yield an open link to the server whose socket is in this folder.

    round_trip: the seconds of the way there and back. fault: what happens on each connection once the server has
    answered as many bytes as `after` says: it stalls, breaks off, or crawls at ten bytes a second.
    """
    made = Link(folder, round_trip, fault, after)
    made.open()
    with closing(made):
        yield made


@contextmanager
def nowhere() -> Iterator[int]:
    """Yield a port at which whoever connects gets no answer at all. Linux drops what comes to a full queue."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = int(listening.getsockname()[1])
        waiting: list[socket.socket] = []
        try:
            with suppress(TimeoutError):
                while True:
                    waiting.append(socket.create_connection(("127.0.0.1", port), timeout=0.2))
            yield port
        finally:
            for each in waiting:
                each.close()
