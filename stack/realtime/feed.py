"""The feed of one database's changes: from its stream to the channels that may see them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from stack.realtime import visibility
from stack.realtime.delivery import Delivery
from stack.realtime.pgoutput import MalformedMessageError
from stack.realtime.replication import stream
from stack.realtime.sent import is_message
from stack.realtime.subscriptions import BadSubscriptionError, Entry, Subscription, confirm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stack.answers import Answers
    from stack.database import Database
    from stack.realtime.pgoutput import Change
    from stack.realtime.subscriber import Subscriber
    from stack.realtime.visibility import Viewer

_FIRST_RETRY_SECONDS = 0.1
_LAST_RETRY_SECONDS = 2.0
_CONFIRMING_CONNECTIONS = 2
_SCHEMA = Path(__file__).with_name("schema.sql")
_log = logging.getLogger(__name__)


class Feed:
    """One stream for all subscribers. When the database goes away, the feed reconnects and tells every subscriber."""

    def __init__(self, database: Database, sent: Callable[[Change], None], answers: Answers) -> None:
        """Prepare the feed. sent: takes what the database itself sends. answers: those that events wait for."""
        self._database, self._sent, self._answers = database, sent, answers
        self._told = ""
        self._waiting: dict[object, Callable[[], None]] = {}
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
        self._waiting.pop(subscriber, None)

    def when_live(self, subscriber: Subscriber, tell: Callable[[], None]) -> None:
        """Call tell once changes flow: now, or later, unless the subscriber leaves before."""
        if self._live.is_set():
            tell()
        else:
            self._waiting[subscriber] = tell

    async def _run(self) -> None:
        delay = _FIRST_RETRY_SECONDS
        while True:
            try:
                async with AsyncExitStack() as opened:
                    judge = await opened.enter_async_context(visibility.judge(self._database.conninfo("authenticator")))
                    await self._prepare()
                    changes = await opened.enter_async_context(stream(self._database.conninfo("postgres")))
                    delivery = Delivery(judge, self._subscribers)
                    self._live.set()
                    delay = _FIRST_RETRY_SECONDS
                    waiting, self._waiting = self._waiting, {}
                    for tell in waiting.values():
                        tell()
                    async for batch in changes.batches():
                        await self._answers.read({change.write for change in batch if change.write is not None})
                        for change in filter(is_message, batch):
                            self._sent(change)
                        if asked := [change for change in batch if not is_message(change)]:
                            await delivery.deliver(asked)
            except (psycopg.Error, MalformedMessageError, OSError) as error:
                self._lose(f"the stream of changes broke off: {str(error).strip()}")
            except Exception:
                _log.exception("the changes could not be delivered")
                self._lose("the changes could not be delivered")
            finally:
                self._live.clear()
            await asyncio.sleep(delay)
            delay = min(2 * delay, _LAST_RETRY_SECONDS)

    async def _prepare(self) -> None:
        """Put in what the database needs to send, where it is missing."""
        async with await psycopg.AsyncConnection.connect(
            self._database.conninfo("postgres"), autocommit=True
        ) as connection:
            await connection.execute(_SCHEMA.read_bytes())

    def _lose(self, reason: str) -> None:
        # While the database stays away, once is enough.
        if self._live.is_set() or reason != self._told:
            _log.warning("%s", reason)
        self._told = reason
        self._live.clear()
        lost = list(self._subscribers)
        self._subscribers.clear()
        for subscriber in lost:
            subscriber.lost(reason)
