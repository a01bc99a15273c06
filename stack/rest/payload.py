"""The body of a request: JSON, which the database gets as the client wrote it, what becomes JSON, or one value."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import parse_qsl

from stack.rest.errors import ApiError, bad_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive

LARGEST = 5 * 1024 * 1024
# A larger body is parsed on another thread, because everybody else would have to wait.
_READ_AT_ONCE = 64 * 1024


@dataclass(frozen=True)
class Payload:
    """A body that has been parsed. text: a JSON object, or an array of objects. columns: their keys.

    value_types: the types of which a function's one argument without a name may be, to be given the whole body. fields:
    of a form, each with its text; None for another body. takes_rows: it is CSV.
    """

    text: str
    is_array: bool
    columns: tuple[str, ...]
    rows: int
    value_types: tuple[str, ...] = ("json", "jsonb")
    fields: tuple[tuple[str, str], ...] | None = None
    takes_rows: bool = False

    @property
    def is_json(self) -> bool:
        """Whether the body is rows, and not only one value."""
        return self.takes_rows or "json" in self.value_types or self.fields is not None


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


async def payload(
    body: bytes, content_type: str, columns: tuple[str, ...] | None = None, *, called: bool = False
) -> Payload:
    """Return a body of objects that all have the same keys, or one value. Raises ApiError if it is something else.

    columns: the value of columns=, which takes the place of the keys that are there. called: a function gets it, which
    may take a value that is not JSON.
    """
    media_type = content_type.split(";", 1)[0].strip().lower()
    read = (_READERS_OF_CALLS if called else _READERS).get(media_type)
    if read is None:
        raise bad_body(f"Content-Type not acceptable: {media_type}")
    if len(body) > _READ_AT_ONCE:
        return await asyncio.to_thread(read, body, columns)
    return read(body, columns)


def _read(body: bytes, columns: tuple[str, ...] | None) -> Payload:
    try:
        text = body.decode()
        value = json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise bad_body("Empty or invalid json") from None
    if not isinstance(value, dict | list):
        # As PostgREST has it: what is neither an object nor an array is no row.
        text, value = "[]", []
    rows = value if isinstance(value, list) else [value]
    keys = dict.fromkeys(rows[0]) if rows and isinstance(rows[0], dict) else {}
    if columns is None and any(not isinstance(row, dict) or row.keys() != keys.keys() for row in rows):
        raise bad_body("All object keys must match")
    return Payload(text, isinstance(value, list), columns or tuple(keys), len(rows))


def _read_csv(body: bytes, columns: tuple[str, ...] | None) -> Payload:
    try:
        lines = [line for line in csv.reader(io.StringIO(body.decode()), strict=True) if line]
    except (ValueError, csv.Error):
        raise bad_body("the body is not CSV") from None
    if not lines:
        raise bad_body("not enough input")
    names, *values = lines
    if any(len(line) != len(names) for line in values):
        raise bad_body("All lines must have same number of fields")
    rows = [
        {name: None if value == "NULL" else value for name, value in zip(names, line, strict=True)} for line in values
    ]
    return Payload(json.dumps(rows), True, columns or (tuple(names) if rows else ()), len(rows), (), takes_rows=True)


def _read_form(body: bytes, columns: tuple[str, ...] | None) -> Payload:
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        raise bad_body("the form is not UTF-8") from None
    row = dict(fields)
    return Payload(json.dumps(row), False, columns or tuple(row), 1, (), tuple(fields))


def _value_of(value_type: str) -> Callable[[bytes, tuple[str, ...] | None], Payload]:
    def read(body: bytes, _: tuple[str, ...] | None) -> Payload:
        try:
            text = f"\\x{body.hex()}" if value_type == "bytea" else body.decode()
        except ValueError:
            raise bad_body("the body is not UTF-8") from None
        return Payload(text, False, (), 1, (value_type,))

    return read


_READERS = {
    "": _read,
    "application/json": _read,
    "text/csv": _read_csv,
    "application/x-www-form-urlencoded": _read_form,
}
_READERS_OF_CALLS = {
    **_READERS,
    "text/plain": _value_of("text"),
    "text/xml": _value_of("xml"),
    "application/octet-stream": _value_of("bytea"),
}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _too_large() -> ApiError:
    return ApiError(413, "PGRST102", f"the body is larger than {LARGEST // 1024 // 1024} MiB; send it in parts")
