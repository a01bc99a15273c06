"""The body of a request: JSON, which the database gets as the client wrote it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from stack.rest.errors import ApiError, bad_body

if TYPE_CHECKING:
    from starlette.types import Receive

LARGEST = 5 * 1024 * 1024
# A larger body is parsed on another thread, because everybody else would have to wait.
_READ_AT_ONCE = 64 * 1024


@dataclass(frozen=True)
class Payload:
    """A body that has been parsed. text: a JSON object, or an array of objects. columns: their keys."""

    text: str
    is_array: bool
    columns: tuple[str, ...]
    rows: int


NO_PAYLOAD = Payload("", is_array=False, columns=(), rows=0)


async def body_of(receive: Receive, declared: str | None) -> bytes:
    """Return the whole body. declared: its Content-Length.

    Raises ApiError as soon as it turns out to be over 5 MiB, or if it ends early.
    """
    if declared is not None and declared.isdecimal() and int(declared) > LARGEST:
        raise _too_large()
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise bad_body("the body ended early")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > LARGEST:
            raise _too_large()
        if not message.get("more_body", False):
            return b"".join(chunks)


async def payload(body: bytes, content_type: str, columns: tuple[str, ...] | None = None) -> Payload:
    """Return a body of objects that all have the same keys. Raises ApiError if it is something else.

    columns: the value of columns=, which takes the place of the keys that are there.
    """
    media_type = content_type.split(";", 1)[0].strip().lower()
    if media_type not in ("", "application/json"):
        raise bad_body(f"Content-Type not acceptable: {media_type}")
    if len(body) > _READ_AT_ONCE:
        return await asyncio.to_thread(_read, body, columns)
    return _read(body, columns)


def _read(body: bytes, columns: tuple[str, ...] | None) -> Payload:
    try:
        text = body.decode()
        value = json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise bad_body("Empty or invalid json") from None
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        raise bad_body("the body must be a JSON object, or an array of objects")
    keys = dict.fromkeys(rows[0]) if rows else {}
    if columns is None and any(row.keys() != keys.keys() for row in rows):
        raise bad_body("All object keys must match")
    return Payload(text, isinstance(value, list), columns or tuple(keys), len(rows))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _too_large() -> ApiError:
    return ApiError(413, "PGRST102", f"the body is larger than {LARGEST // 1024 // 1024} MiB; send it in parts")
