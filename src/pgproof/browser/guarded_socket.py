"""Passes on the frames of one websocket, except those that the rules of guard hold back."""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING, NamedTuple

from pgproof.browser import guard

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

_TEXT, _CONTROL = 1, 8
_SHORT, _LONG = 126, 127


class _Frame(NamedTuple):
    raw: bytes
    final: bool
    opcode: int
    payload: bytes


async def relay(
    rules: guard.Rules, url: str, page: tuple[StreamReader, StreamWriter], server: tuple[StreamReader, StreamWriter]
) -> None:
    """Pass on frames in both directions until one side ends. url: of the websocket. Raises EOFError then."""
    head = await server[0].readuntil(b"\r\n\r\n")
    page[1].write(head)
    await page[1].drain()
    if b" 101 " not in head.split(b"\r\n", 1)[0]:
        return
    ways = [asyncio.ensure_future(_down(server[0], page[1])), asyncio.ensure_future(_up(rules, url, page, server[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _down(reader: StreamReader, writer: StreamWriter) -> None:
    # Whole frames, so that a reply of our own comes between two of the server's.
    while True:
        writer.write((await _frame(reader)).raw)
        await writer.drain()


async def _up(rules: guard.Rules, url: str, page: tuple[StreamReader, StreamWriter], writer: StreamWriter) -> None:
    parts: list[_Frame] = []
    while True:
        frame = await _frame(page[0])
        if frame.opcode >= _CONTROL:
            writer.write(frame.raw)
            await writer.drain()
            continue
        parts.append(frame)
        if not frame.final:
            continue
        whole = b"".join(part.payload for part in parts)
        message = whole.decode(errors="replace") if parts[0].opcode == _TEXT else whole
        if rules.may_send(url, message):
            writer.writelines(part.raw for part in parts)
            await writer.drain()
        elif (told := guard.reply(message)) is not None:
            page[1].write(_told(told.encode()))
            await page[1].drain()
        parts.clear()


async def _frame(reader: StreamReader) -> _Frame:
    raw = await reader.readexactly(2)
    length, masked = raw[1] & 127, raw[1] >> 7
    if length in (_SHORT, _LONG):
        more = await reader.readexactly(2 if length == _SHORT else 8)
        raw += more
        length = int.from_bytes(more, "big")
    mask = await reader.readexactly(4) if masked else b""
    sent = await reader.readexactly(length)
    payload = sent
    if masked:
        key = (mask * (length // 4 + 1))[:length]
        payload = (int.from_bytes(sent, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")
    return _Frame(raw + mask + sent, bool(raw[0] & 128), raw[0] & 15, payload)


def _told(text: bytes) -> bytes:
    size = len(text)
    if size < _SHORT:
        return bytes((128 | _TEXT, size)) + text
    if size < 2**16:
        return struct.pack("!BBH", 128 | _TEXT, _SHORT, size) + text
    return struct.pack("!BBQ", 128 | _TEXT, _LONG, size) + text
