"""The stream of committed changes of one database: a temporary logical slot, read over a replication connection."""

from __future__ import annotations

import asyncio
import secrets
import struct
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from psycopg import AsyncConnection, OperationalError, pq

from stack import answers
from stack.realtime.pgoutput import Change, Commit, Decoder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PUBLICATION = "supabase_realtime"
# Of what the database itself sends.
MESSAGES = "supabase_realtime_messages_publication"
# As many as hosted Realtime takes at once.
_BATCH = 100
# As often as hosted Realtime looks. PostgreSQL's walsender sleeps on if a commit is flushed between its last look and
# its entry in the queue of those to be woken (WalSndWaitForWal, 16 and later); a report makes it look again.
_FEEDBACK_SECONDS = 0.1
_POSTGRES_EPOCH = 946_684_800


@asynccontextmanager
async def stream(conninfo: str) -> AsyncIterator[Stream]:
    """Yield a stream of everything that commits from now on; its slot ends with it. Raises psycopg.OperationalError.

    conninfo: of a role that may replicate.
    """
    # In UTC, so that all times are written alike.
    settings = f"{conninfo} replication=database application_name=realtime options='-c timezone=UTC -c datestyle=ISO'"
    connection = await AsyncConnection.connect(settings, autocommit=True)
    try:
        started = Stream(connection.pgconn)
        await started.start()
        yield started
    finally:
        # Not close(), which would wait for a walsender that is decoding something big.
        connection.pgconn.finish()


class Stream:
    """The publication's changes in commit order, over PostgreSQL's streaming replication protocol."""

    def __init__(self, pgconn: pq.abc.PGconn) -> None:
        self._pgconn = pgconn
        self._decoder = Decoder(answers.MESSAGE)
        self._position = 0
        self._last_feedback = time.monotonic()

    async def start(self) -> None:
        """Create the slot, which waits for all running transactions to end, and begin to stream."""
        self._pgconn.nonblocking = 1
        slot = f"realtime_{secrets.token_hex(8)}"
        await self._command(f"CREATE_REPLICATION_SLOT {slot} TEMPORARY LOGICAL pgoutput (SNAPSHOT 'nothing')")
        await self._command(
            f"START_REPLICATION SLOT {slot} LOGICAL 0/0 (proto_version '1', "
            f"publication_names '{PUBLICATION},{MESSAGES}', messages 'true')"
        )

    async def batches(self) -> AsyncIterator[list[Change]]:
        """Yield lists of what has committed since the last one, 1 to 100 changes each.

        The next one is read once this one has been dealt with, so a slow reader holds back the server and fills no
        memory. Raises psycopg.OperationalError when the stream breaks off.
        """
        batch: list[Change] = []
        while True:
            size, data = self._pgconn.get_copy_data(1)
            if size < 0:
                raise OperationalError("the replication stream has ended")
            if size:
                self._take(bytes(data), batch)
            if batch and (size == 0 or len(batch) >= _BATCH):
                yield batch
                batch = []
            elif size == 0:
                await self._wait()

    def _take(self, data: bytes, batch: list[Change]) -> None:
        match data[:1]:
            case b"w":
                decoded = self._decoder.decode(data[25:])
                if isinstance(decoded, Change):
                    batch.append(decoded)
                elif isinstance(decoded, Commit):
                    self._position = max(self._position, decoded.position)
            case b"k":
                position, _, wants_answer = struct.unpack("!xQQB", data)
                self._position = max(self._position, position)
                if wants_answer:
                    self._feedback()

    async def _wait(self) -> None:
        """Wait until there is more to read; tell the server now and then how far we are."""
        due = self._last_feedback + _FEEDBACK_SECONDS - time.monotonic()
        try:
            async with asyncio.timeout(max(due, 0)):
                await self._ready(writing=False)
        except TimeoutError:
            self._feedback()
            return
        self._pgconn.consume_input()

    def _feedback(self) -> None:
        self._last_feedback = time.monotonic()
        now = int((time.time() - _POSTGRES_EPOCH) * 1_000_000)
        at = self._position
        self._pgconn.put_copy_data(struct.pack("!cQQQQB", b"r", at, at, at, now, 0))
        # 34 bytes that a full socket keeps for later go out with the next flush.
        self._pgconn.flush()

    async def _command(self, command: str) -> None:
        self._pgconn.send_query(command.encode())
        while self._pgconn.flush():
            await self._ready(writing=True)
        while True:
            while self._pgconn.is_busy():
                await self._ready(writing=False)
                self._pgconn.consume_input()
            result = self._pgconn.get_result()
            if result is None:
                return
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise OperationalError(result.error_message.decode(errors="replace").strip())
            if result.status == pq.ExecStatus.COPY_BOTH:
                return

    async def _ready(self, writing: bool) -> None:
        loop = asyncio.get_running_loop()
        descriptor = self._pgconn.socket
        ready = asyncio.Event()
        add: Callable[..., object] = loop.add_writer if writing else loop.add_reader
        remove: Callable[..., object] = loop.remove_writer if writing else loop.remove_reader
        add(descriptor, ready.set)
        try:
            await ready.wait()
        finally:
            remove(descriptor)
