"""Frames of Phoenix channels: serializers 1.0.0 and 2.0.0, with the binary broadcasts of Supabase Realtime.

Sources: Phoenix.Socket.V1.JSONSerializer and V2.JSONSerializer; https://supabase.com/docs/guides/realtime/protocol.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

VERSIONS = ("1.0.0", "2.0.0")
_BROADCAST = 4
_JSON = 1


class Malformed(ValueError):
    """A frame does not follow the protocol. The text says why in one sentence, without quoting the frame."""


@dataclass(frozen=True)
class Message:
    """What one frame says. join_ref: the ref of the join that it belongs to, which a 1.0.0 server leaves out."""

    topic: str
    event: str
    payload: dict[str, Any]
    ref: str | None = None
    join_ref: str | None = None


def encode(message: Message, vsn: str) -> str:
    """Return the text frame for a message to the server. vsn: one of VERSIONS."""
    if vsn == "1.0.0":
        return json.dumps(
            {
                "topic": message.topic,
                "event": message.event,
                "payload": message.payload,
                "ref": message.ref,
                "join_ref": message.join_ref,
            }
        )
    return json.dumps([message.join_ref, message.ref, message.topic, message.event, message.payload])


def decode(frame: str | bytes, vsn: str) -> Message:
    """Return the message of a frame from the server. vsn: one of VERSIONS. Raises Malformed."""
    if isinstance(frame, bytes):
        if vsn == "1.0.0":
            raise Malformed("a binary frame, which 1.0.0 does not have")
        return _decode_binary(frame)
    given = _json(frame, "the frame")
    if vsn == "1.0.0":
        if not isinstance(given, dict) or not {"topic", "event", "payload"} <= given.keys():
            raise Malformed("the frame is not an object with topic, event and payload")
        return _message(given["topic"], given["event"], given["payload"], given.get("ref"), given.get("join_ref"))
    if not isinstance(given, list) or len(given) != 5:
        raise Malformed("the frame is not an array of join_ref, ref, topic, event and payload")
    join_ref, ref, topic, event, payload = given
    return _message(topic, event, payload, ref, join_ref)


def _message(topic: Any, event: Any, payload: Any, ref: Any, join_ref: Any) -> Message:
    for name, value in (("topic", topic), ("event", event)):
        if not isinstance(value, str):
            raise Malformed(f"the {name} is not a string")
    for name, value in (("ref", ref), ("join_ref", join_ref)):
        if value is not None and not isinstance(value, str):
            raise Malformed(f"the {name} is neither a string nor null")
    if not isinstance(payload, dict):
        raise Malformed(f"the payload of {event} is not an object")
    return Message(topic, event, payload, ref, join_ref)


def _decode_binary(frame: bytes) -> Message:
    """Decode a delivered broadcast: kind, lengths of topic, event and meta, encoding; those three; the payload."""
    if len(frame) < 5 or frame[0] != _BROADCAST:
        raise Malformed(f"a binary frame of {len(frame)} bytes that is not a broadcast")
    encoding, position, texts = frame[4], 5, []
    for length in frame[1:4]:
        end = position + length
        if end > len(frame):
            raise Malformed("a binary broadcast that ends within its header")
        texts.append(_text(frame[position:end]))
        position = end
    topic, event, meta = texts
    body = frame[position:]
    payload: dict[str, Any] = {"type": "broadcast", "event": event, "payload": body}
    if encoding == _JSON:
        payload["payload"] = _json(_text(body), "the payload of a binary broadcast")
    if meta:
        payload["meta"] = _json(meta, "the meta of a binary broadcast")
    return Message(topic, "broadcast", payload)


def _text(given: bytes) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError:
        raise Malformed("a binary broadcast that is not UTF-8") from None


def _json(text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Malformed(f"{what} is not JSON") from None
