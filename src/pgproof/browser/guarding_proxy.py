"""The proxy between a page that may only look and the world: what guard.Rules hold back does not pass it."""

from __future__ import annotations

import asyncio
import json
import ssl
from contextlib import contextmanager
from http import HTTPStatus
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from weakref import WeakSet

from pgproof.browser import certificate, elsewhere, guarded_socket
from pgproof.browser.guard import MARK, Answer

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Iterator

    from playwright.sync_api import ProxySettings

    from pgproof.browser.guard import Rules

_LONGEST_HEAD = 2**18
_CHUNK = 2**16
_HOP = ("connection", "proxy-connection", "keep-alive", "sec-websocket-extensions")


class _Request(NamedTuple):
    method: str
    target: str
    headers: list[tuple[str, str]]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


@contextmanager
def running(rules: Rules) -> Iterator[str]:
    """Yield the address of a proxy on this machine, which ends with the block, and with it everything under way.

    Raises UsageError if the browser is on another machine.
    """
    elsewhere.check_guarded()
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="guarding proxy", daemon=True)
    thread.start()
    try:
        proxy = _Proxy(rules)
        port = asyncio.run_coroutine_threadsafe(proxy.start(), loop).result()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def settings(address: str | None) -> ProxySettings | None:
    """Return what a browser context takes, so that all its requests go through this proxy; None for none."""
    # Chromium reaches this machine itself without asking a proxy, unless told.
    return None if address is None else {"server": address, "bypass": "<-loopback>"}


class _Proxy:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._serving = certificate.serving()
        self._asking = ssl.create_default_context()
        self._tasks: set[asyncio.Task[None]] = set()
        self._transports: WeakSet[asyncio.WriteTransport] = WeakSet()
        self._server: asyncio.Server | None = None
        self._ending = False
        # A tunnel's name does not say what goes through it; of these two, and of what was asked before, it is known.
        self._schemes = {_place(url): urlsplit(url).scheme for url in (rules.page_url, rules.api_url) if url}

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        assert self._server is not None, "started"
        self._ending = True
        # Not closed yet: a connection that asyncio has just taken in would find its server gone, and stay open. Those
        # become tasks of ours, and end as they begin.
        for listening in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
        self._server.close()
        # What is closed waits for its other end, which may take nothing more and say no goodbye.
        for transport in self._transports:
            transport.abort()
        # Their sockets are closed in the loop's next turn.
        await asyncio.sleep(0)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "asyncio.start_server makes one"
        self._tasks.add(task)
        self._transports.add(writer.transport)
        try:
            if self._ending:
                return
            await self._serve(reader, writer)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            # One of the two ends is gone or does not speak HTTP; the other learns it as its connection closes.
            pass
        except asyncio.CancelledError:
            # The proxy ends, and its server would otherwise tell it as an error.
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        request = await _head(reader)
        base = ""
        if request.method == "CONNECT":
            place = _place(f"//{request.target}")
            scheme = self._schemes.get(place) or ("http" if place[1] == 80 else "https")
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            if scheme == "https":
                await writer.start_tls(self._serving)
                self._transports.add(writer.transport)
            base = f"{scheme}://{request.target}"
            request = await _head(reader)
        else:
            self._schemes.setdefault(_place(request.target), "http")
        url = base + request.target
        upgraded = request.header("upgrade").lower() == "websocket"
        instead = None if upgraded else self._rules.answer(request.method, url)
        if instead is not None:
            await _discard(reader, request)
            writer.write(_answered(instead, request))
            await writer.drain()
            return
        await self._forward(request, url, reader, writer, upgraded)

    async def _forward(
        self, request: _Request, url: str, reader: StreamReader, writer: StreamWriter, upgraded: bool
    ) -> None:
        parts = urlsplit(url)
        tls = self._asking if parts.scheme == "https" else None
        try:
            there, back = await asyncio.open_connection(
                parts.hostname, parts.port or (443 if tls else 80), ssl=tls, limit=_LONGEST_HEAD
            )
        except OSError as error:
            said = {"message": f"{parts.netloc} cannot be reached: {error.strerror or error}"}
            writer.write(_answered(Answer(502, said), request))
            await writer.drain()
            return
        self._transports.add(back.transport)
        try:
            path = parts._replace(scheme="", netloc="").geturl() or "/"
            lines = [f"{request.method} {path} HTTP/1.1"]
            lines += [f"{key}: {value}" for key, value in request.headers if key.lower() not in _HOP]
            lines.append("Connection: Upgrade" if upgraded else "Connection: close")
            back.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
            if upgraded:
                await guarded_socket.relay(self._rules, url, (reader, writer), (there, back))
            else:
                back.write(await reader.readexactly(_length(request)))
                await back.drain()
                while chunk := await there.read(_CHUNK):
                    writer.write(chunk)
                    await writer.drain()
        finally:
            back.close()


async def _head(reader: StreamReader) -> _Request:
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = text.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    return _Request(method, target, [(key, value.strip()) for key, _, value in pairs])


def _length(request: _Request) -> int:
    return int(request.header("content-length") or 0)


async def _discard(reader: StreamReader, request: _Request) -> None:
    left = _length(request)
    while left:
        left -= len(await reader.readexactly(min(left, _CHUNK)))


def _answered(answer: Answer, request: _Request) -> bytes:
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    head = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"Access-Control-Allow-Origin: {request.header('origin') or '*'}",
        "Access-Control-Allow-Credentials: true",
        f"{MARK}: yes",
        "Content-Type: application/json",
        "Connection: close",
    ]
    if answer.status != 204:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def _place(url: str) -> tuple[str | None, int]:
    parts = urlsplit(url)
    return parts.hostname, parts.port or (80 if parts.scheme in ("http", "ws") else 443)
