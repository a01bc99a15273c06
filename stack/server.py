"""One uvicorn server on two loopback ports, the API's and the page's, until SIGINT or SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from stack.service import Service

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SHUTDOWN_SECONDS = 2
# Longer than clients keep an idle connection, as gateways do: then none of them sends into one that is being closed.
_KEEP_ALIVE_SECONDS = 75
_LARGEST_FRAME = 5 * 1024 * 1024


async def serve(
    services: Sequence[Service], applications: Sequence[tuple[socket.socket, ASGIApp]], ready: Callable[[], None]
) -> None:
    """Open the services, serve each socket's application, and close the services after SIGINT or SIGTERM.

    ready: called once everything answers.
    """
    by_port = {listener.getsockname()[1]: application for listener, application in applications}

    async def by_its_port(scope: Scope, receive: Receive, send: Send) -> None:
        await by_port[scope["server"][1]](scope, receive, send)

    config = uvicorn.Config(
        by_its_port,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="stack.realtime.transport:AbortableWebSocket",
        ws_max_size=_LARGEST_FRAME,
        ws_per_message_deflate=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_worth_a_word)
    server = _Server(config, ready)
    opening = asyncio.gather(*(service.open() for service in services))

    def end() -> None:
        server.should_exit = True
        opening.cancel()

    async with AsyncExitStack() as opened:
        opened.enter_context(_on_signals(end))
        for service in services:
            opened.push_async_callback(_closed, service)
        with suppress(asyncio.CancelledError):
            await opening
        if not server.should_exit:
            await server.serve(sockets=[listener for listener, _ in applications])


def _is_worth_a_word(record: logging.LogRecord) -> bool:
    """Return whether a record is more than the traceback of a request that the server's end cuts off."""
    return record.exc_info is None or not isinstance(record.exc_info[1], asyncio.CancelledError)


async def _closed(service: Service) -> None:
    """Close a service, but do not wait for a database that does not answer: its connections end with this process."""
    try:
        await asyncio.wait_for(service.close(), _SHUTDOWN_SECONDS)
    except TimeoutError:
        name = type(service).__name__.lower()
        print(f"stack: {name} did not close within {_SHUTDOWN_SECONDS} seconds", file=sys.stderr)


@contextmanager
def _on_signals(action: Callable[[], object]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, action)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


class _Server(uvicorn.Server):
    """uvicorn's server without its handling of signals: it raises them again at its end, before the clean-up."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
