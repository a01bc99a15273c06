"""How a channel subscribes to changes: confirmed by the database, anew with each token; the latest attempt counts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stack.realtime import subscriptions
from stack.realtime.subscriptions import BadSubscriptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack.realtime.feed import Feed
    from stack.realtime.joining import Join
    from stack.realtime.subscriber import Subscriber
    from stack.realtime.visibility import Viewer


class Subscribing:
    """The subscription of one channel. told: called with None once changes flow, or with what is wrong."""

    def __init__(self, feed: Feed, subscriber: Subscriber, join: Join, told: Callable[[str | None], None]) -> None:
        self._feed, self._subscriber, self._join, self._told = feed, subscriber, join, told
        self._task: asyncio.Task[None] | None = None

    def start(self, viewer: Viewer, seconds: float | None = None) -> None:
        """Subscribe as this viewer. An earlier subscription continues until this one has taken its place.

        seconds: how long it may take; None for any time.
        """
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._subscribe(viewer, seconds))

    def close(self) -> None:
        """End the subscription."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._feed.unsubscribe(self._subscriber)

    async def _subscribe(self, viewer: Viewer, seconds: float | None) -> None:
        wrong: str | None = None
        try:
            async with asyncio.timeout(seconds):
                entries = [subscriptions.read(given) for given in self._join.changes]
                confirmed = await self._feed.confirm(entries, viewer)
        except (BadSubscriptionError, TimeoutError) as error:
            wrong = str(error) or f"changes did not flow within {seconds:g} s"
        # The pool of connections may swallow a cancellation.
        if asyncio.current_task() is not self._task:
            return
        if wrong is None:
            self._feed.subscribe(self._subscriber, confirmed)
        else:
            self._feed.unsubscribe(self._subscriber)
        self._told(wrong)
