"""Lets the answer to a write go ahead of the events that it causes, as it does where both come from other machines.

Here both leave the same process at the same moment, and a client would hear of a row before it knows the row's id.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PREFIX = "/rest/v1/"
_READS = ("GET", "HEAD", "OPTIONS")
# A write that takes longer does not hold up the events of others.
_LONGEST_SECONDS = 0.010
# What a client needs to read the answer.
_READING_SECONDS = 0.002


class Answers:
    """The writes that are being answered, and when the last one was."""

    def __init__(self) -> None:
        self._open: set[asyncio.Future[None]] = set()
        self._answered = float("-inf")

    def watched(self, app: ASGIApp) -> ASGIApp:
        """Return the application, whose writes are noted."""

        async def watching(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] in _READS or not scope["path"].startswith(_PREFIX):
                await app(scope, receive, send)
                return
            loop = asyncio.get_running_loop()
            answered = loop.create_future()
            self._open.add(answered)
            try:
                await app(scope, receive, send)
            finally:
                self._open.discard(answered)
                self._answered = loop.time()
                answered.set_result(None)

        return watching

    async def read(self) -> None:
        """Return once the writes that are going on have been answered, and their clients could read that.

        At once if there are none: what other programs write is not held up.
        """
        if self._open:
            await asyncio.wait(self._open, timeout=_LONGEST_SECONDS)
        left = self._answered + _READING_SECONDS - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)
