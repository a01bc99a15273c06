"""Messages of Phoenix channels in their two framings: objects (vsn 1.0.0); arrays and binary broadcasts (vsn 2.0.0)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, TypeGuard

VERSIONS = ("1.0.0", "2.0.0")
_PUSH, _DELIVERY = 3, 4
_RAW, _JSON = 0, 1
_LONGEST = 255


class MalformedFrameError(Exception):
    """A frame that is not valid; one sentence says why."""


@dataclass(frozen=True)
class Raw:
    """A broadcast's payload that is bytes. Only sockets of vsn 2.0.0 can be given it."""

    data: bytes


@dataclass(frozen=True)
class Message:
    """One message of a client. payload: what its JSON says; the inner payload of a broadcast may be Raw."""

    join_ref: str | None
    ref: str | None
    topic: str
    event: str
    payload: Any


def decode(frame: str | bytes, version: str) -> Message:
    """Return the message in a client's frame. Raises MalformedFrameError if the frame is not valid in this version."""
    if isinstance(frame, bytes):
        if version == "1.0.0":
            raise MalformedFrameError("a binary frame needs vsn=2.0.0")
        return _binary(frame)
    given = parsed(frame)
    if version == "1.0.0":
        if not isinstance(given, dict):
            raise MalformedFrameError("a frame of vsn 1.0.0 must be an object with topic, event, payload and ref")
        parts = [given.get(key) for key in ("join_ref", "ref", "topic", "event", "payload")]
    elif isinstance(given, list) and len(given) == 5:
        parts = given
    else:
        raise MalformedFrameError("a frame of vsn 2.0.0 must be an array of join_ref, ref, topic, event and payload")
    join_ref, ref, topic, event, payload = parts
    return Message(_reference(join_ref), _reference(ref), _name(topic), _name(event), payload)


def _name(given: object) -> str:
    if is_name(given):
        return given
    raise MalformedFrameError("topic and event must be strings")


def is_name(given: object) -> TypeGuard[str]:
    """Return whether it can be a topic or an event: a text that UTF-8 can hold, without half of a surrogate pair."""
    return isinstance(given, str) and _is_unicode(given)


def _reference(given: object) -> str | None:
    if given is None or isinstance(given, str):
        return given
    raise MalformedFrameError("ref and join_ref must be strings or null")


def _binary(frame: bytes) -> Message:
    if len(frame) < 7 or frame[0] != _PUSH:
        raise MalformedFrameError("a binary frame must be a broadcast push: 03, five lengths, encoding")
    *lengths, encoding = frame[1:7]
    at, texts = 7, []
    for length in lengths:
        part = frame[at : at + length]
        if len(part) < length:
            raise MalformedFrameError("the binary frame is shorter than its lengths say")
        try:
            texts.append(part.decode())
        except UnicodeDecodeError:
            raise MalformedFrameError("the binary frame's header is not UTF-8") from None
        at += length
    join_ref, ref, topic, event, _ = texts
    payload = {"type": "broadcast", "event": event, "payload": _inner(encoding, frame[at:])}
    return Message(join_ref or None, ref or None, topic, "broadcast", payload)


def _inner(encoding: int, data: bytes) -> Any:
    if encoding == _RAW:
        return Raw(data)
    if encoding != _JSON:
        raise MalformedFrameError(f"unknown payload encoding {encoding}")
    return parsed(data)


def parsed(given: str | bytes) -> Any:
    """Return what JSON says. Raises MalformedFrameError, also for NaN and Infinity, which only Python reads.

    A number that is too large for a float would become Infinity.
    """
    try:
        return json.loads(given, parse_constant=_no_constant, parse_float=_number)
    except (ValueError, RecursionError):
        raise MalformedFrameError("not JSON") from None


def _number(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise ValueError(written)
    return number


def _no_constant(name: str) -> None:
    raise ValueError(name)


def text(value: object) -> str:
    """Return a value as compact JSON. Half of a surrogate pair, which UTF-8 cannot hold, stays escaped."""
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return compact if compact.isascii() or _is_unicode(compact) else json.dumps(value, separators=(",", ":"))


def _is_unicode(given: str) -> bool:
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True


def encode(
    version: str, topic: str, event: str, payload: str, *, join_ref: str | None = None, ref: str | None = None
) -> str:
    """Return the frame of a message to a client. payload: JSON already."""
    if version == "1.0.0":
        return f'{{"ref":{text(ref)},"topic":{text(topic)},"event":{text(event)},"payload":{payload}}}'
    return f"[{text(join_ref)},{text(ref)},{text(topic)},{text(event)},{payload}]"


def encode_binary(topic: str, event: str, payload: str | Raw, meta: str = "") -> bytes | None:
    """Return the binary frame (vsn 2.0.0) of a broadcast of JSON or of bytes; None if a name has over 255 bytes.

    meta: JSON, what is told beside the payload.
    """
    names = (topic.encode(), event.encode(), meta.encode())
    if max(map(len, names)) > _LONGEST:
        return None
    encoding, data = (_RAW, payload.data) if isinstance(payload, Raw) else (_JSON, payload.encode())
    return bytes((_DELIVERY, *map(len, names), encoding)) + b"".join(names) + data
