"""The feed of one database's changes: from its stream to the channels that may see them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from stack.realtime import visibility
from stack.realtime.delivery import Delivery
from stack.realtime.pgoutput import MalformedMessageError
from stack.realtime.replication import stream
from stack.realtime.subscriptions import BadSubscriptionError, Entry, Subscription, confirm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack.database import Database
    from stack.realtime.subscriber import Subscriber
    from stack.realtime.visibility import Viewer

_FIRST_RETRY_SECONDS = 0.1
_LAST_RETRY_SECONDS = 2.0
_CONFIRMING_CONNECTIONS = 2
_log = logging.getLogger(__name__)


class Feed:
    """One stream for all subscribers. When the database goes away, the feed reconnects and tells every subscriber."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscribers: dict[Subscriber, list[Subscription]] = {}
        self._live = asyncio.Event()
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]] = AsyncConnectionPool(
            database.conninfo("authenticator"),
            kwargs={"autocommit": True, "options": visibility.SESSION},
            min_size=0,
            max_size=_CONFIRMING_CONNECTIONS,
            open=False,
        )
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect in the background: a subscription waits for that, nothing else has to."""
        await self._pool.open()
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Leave no connection and no slot."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._pool.close()

    async def confirm(self, entries: Sequence[Entry], viewer: Viewer) -> list[Subscription]:
        """Return the entries as subscriptions of a viewer, once changes flow. Waits while the database is away.

        Raises BadSubscriptionError for an entry that cannot be subscribed to.
        """
        while True:
            await self._live.wait()
            try:
                async with self._pool.connection() as connection:
                    confirmed = [await confirm(connection, entry, viewer) for entry in entries]
            except psycopg.errors.QueryCanceled:
                raise BadSubscriptionError("the database took too long to confirm it") from None
            except psycopg.OperationalError as error:
                _log.warning("a subscription has to wait: %s", error)
                await asyncio.sleep(_FIRST_RETRY_SECONDS)
                continue
            except (psycopg.Error, UnicodeError) as error:
                said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
                raise BadSubscriptionError(said or str(error)) from None
            if self._live.is_set():
                return confirmed

    def subscribe(self, subscriber: Subscriber, confirmed: list[Subscription]) -> None:
        """Deliver every commit from now on to the subscriber; what it had subscribed to is replaced.

        Call it right after confirm, without waiting for anything else: the stream could break off meanwhile.
        """
        self._subscribers[subscriber] = confirmed

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Deliver nothing more to the subscriber."""
        self._subscribers.pop(subscriber, None)

    async def _run(self) -> None:
        delay = _FIRST_RETRY_SECONDS
        while True:
            try:
                async with AsyncExitStack() as opened:
                    judge = await opened.enter_async_context(visibility.judge(self._database.conninfo("authenticator")))
                    changes = await opened.enter_async_context(stream(self._database.conninfo("postgres")))
                    delivery = Delivery(judge, self._subscribers)
                    self._live.set()
                    delay = _FIRST_RETRY_SECONDS
                    async for batch in changes.batches():
                        await delivery.deliver(batch)
            except (psycopg.Error, MalformedMessageError, OSError) as error:
                self._lose(f"the stream of changes broke off: {str(error).strip()}")
            except Exception:
                _log.exception("the changes could not be delivered")
                self._lose("the changes could not be delivered")
            finally:
                self._live.clear()
            await asyncio.sleep(delay)
            delay = min(2 * delay, _LAST_RETRY_SECONDS)

    def _lose(self, reason: str) -> None:
        if self._live.is_set():
            _log.warning("%s", reason)
        self._live.clear()
        lost = list(self._subscribers)
        self._subscribers.clear()
        for subscriber in lost:
            subscriber.lost(reason)
