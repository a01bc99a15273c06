"""The body of a request: JSON, which the database reads as it came."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from stack.rest.errors import ApiError, bad_body

if TYPE_CHECKING:
    from starlette.types import Receive

LARGEST = 5 * 1024 * 1024
# Reading more than this would keep everybody else waiting.
_READ_AT_ONCE = 64 * 1024


@dataclass(frozen=True)
class Payload:
    """text: a JSON object, or an array of objects. columns: their keys."""

    text: str
    is_array: bool
    columns: tuple[str, ...]
    rows: int


NO_PAYLOAD = Payload("", is_array=False, columns=(), rows=0)


async def body_of(receive: Receive, declared: str | None) -> bytes:
    """The whole body. declared: its Content-Length. Raises ApiError if it is too large, before all of it is there."""
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
    """columns: of columns=, instead of the keys that are there. Raises ApiError."""
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
