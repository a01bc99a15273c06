"""Lets the answer to a write go ahead of the events that it causes, as it does where both come from other machines.

Here both leave the same process at the same moment, and a client would hear of a row before it knows the row's id.

Each write has a name of its own. Its transaction puts the name into the log, ahead of its changes, where the stream of
changes finds it. So an event waits for the answer to the very write that caused it, however long that takes on a busy
machine, and for no other.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from stack.unread import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from stack.unread import Address

# What the names are filed under in the log.
MESSAGE = "stack.write"
_KEY = "stack.write"
_PREFIX = "/rest/v1/"
_READS = ("GET", "HEAD", "OPTIONS")
# What a client needs for an answer that it has read off its connection; twice that on a busy machine.
_READING_SECONDS = 0.002
_MOST_WAITS = 2
# How often to look whether it has, and for how long: one that does not read must hold up nobody for ever.
_LOOKING_SECONDS = 0.001
_LONGEST_SECONDS = 0.5


@dataclass(frozen=True)
class _Answered:
    """When a write was answered, and over which connection: the client's end and ours, None if that is not known."""

    moment: float
    connection: tuple[Address, Address] | None


class Answers:
    """The writes that are being answered, and those that were a moment ago."""

    def __init__(self) -> None:
        self._writes: dict[str, asyncio.Future[_Answered]] = {}
        self._unread = Unread()
        # Another stack may write to the same database.
        self._own, self._numbers = secrets.token_hex(8), count(1)

    def watched(self, app: ASGIApp) -> ASGIApp:
        """Return the application, whose writes are named and noted."""

        async def watching(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] in _READS or not scope["path"].startswith(_PREFIX):
                await app(scope, receive, send)
                return
            name = f"{self._own}-{next(self._numbers)}"
            self._writes[name] = asyncio.get_running_loop().create_future()

            async def answering(message: Message) -> None:
                # Before it is sent: a client that does not read must hold up nobody's events.
                self._answered(name, scope)
                await send(message)

            try:
                await app({**scope, _KEY: name}, receive, answering)
            finally:
                self._answered(name, scope)

        return watching

    async def read(self, names: Iterable[str]) -> None:
        """Return once these writes have been answered, and their clients could read that.

        At once if they have been for a while, or are not ours: what other programs write is not held up. All of them
        are committed, so none can be waiting for anything but this process.
        """
        waited_for = {self._writes[name] for name in names if name in self._writes}
        if not waited_for:
            return
        done, _ = await asyncio.wait(waited_for)
        answered = [each.result() for each in done]
        loop = asyncio.get_running_loop()
        longest = max(each.moment for each in answered) + _LONGEST_SECONDS
        for _ in range(_MOST_WAITS):
            began = loop.time()
            await asyncio.sleep(_READING_SECONDS)
            while any(map(self._is_unread, answered)) and loop.time() < longest:
                await asyncio.sleep(_LOOKING_SECONDS)
            # Where it was late to read, or this process to wake, it needs as long again.
            if loop.time() < began + 2 * _READING_SECONDS:
                break

    def close(self) -> None:
        """Look at no connection any more."""
        self._unread.close()

    def _is_unread(self, answered: _Answered) -> bool:
        return answered.connection is not None and self._unread.bytes(*answered.connection) > 0

    def _answered(self, name: str, scope: Scope) -> None:
        answered = self._writes.get(name)
        if answered is not None and not answered.done():
            loop = asyncio.get_running_loop()
            theirs, ours = scope.get("client"), scope.get("server")
            answered.set_result(_Answered(loop.time(), (theirs, ours) if theirs and ours else None))
            loop.call_later(_LONGEST_SECONDS, self._writes.pop, name)


def name_of(scope: Scope) -> str | None:
    """Return the name of the write that a request is, None if nobody waits for its answer."""
    name: str | None = scope.get(_KEY)
    return name
