"""Lets the answer to a write go ahead of the events that it causes, as it does where both come from other machines.

Here both leave the same process at the same moment, and a client would hear of a row before it knows the row's id.

Each write has a name of its own. Its transaction puts the name into the log, ahead of its changes, where the stream of
changes finds it. So an event waits for the answer to the very write that caused it, however long that takes on a busy
machine, and for no other.
"""

from __future__ import annotations

import asyncio
import secrets
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What the names are filed under in the log.
MESSAGE = "stack.write"
_KEY = "stack.write"
_PREFIX = "/rest/v1/"
_READS = ("GET", "HEAD", "OPTIONS")
# What a client needs to read the answer.
_READING_SECONDS = 0.002


class Answers:
    """The writes that are being answered, and those that were a moment ago."""

    def __init__(self) -> None:
        # By name: the moment of the answer, once there is one.
        self._writes: dict[str, asyncio.Future[float]] = {}
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
                self._answered(name)
                await send(message)

            try:
                await app({**scope, _KEY: name}, receive, answering)
            finally:
                self._answered(name)

        return watching

    async def read(self, names: Iterable[str]) -> None:
        """Return once these writes have been answered, and their clients could read that.

        At once if they have been for a while, or are not ours: what other programs write is not held up. All of them
        are committed, so none can be waiting for anything but this process.
        """
        waited_for = {self._writes[name] for name in names if name in self._writes}
        if not waited_for:
            return
        answered, _ = await asyncio.wait(waited_for)
        left = max(each.result() for each in answered) + _READING_SECONDS - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    def _answered(self, name: str) -> None:
        answered = self._writes.get(name)
        if answered is not None and not answered.done():
            loop = asyncio.get_running_loop()
            answered.set_result(loop.time())
            loop.call_later(_READING_SECONDS, self._writes.pop, name)


def name_of(scope: Scope) -> str | None:
    """Return the name of the write that a request is, None if nobody waits for its answer."""
    name: str | None = scope.get(_KEY)
    return name
