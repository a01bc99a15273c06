"""What a channel says to its client, in the frames of its socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from stack.realtime import frames
from stack.realtime.frames import Raw
from stack.realtime.topics import PREFIX, broadcast_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stack.realtime.frames import Message
    from stack.realtime.private import Stored


class Socket(Protocol):
    """The socket that a channel is on."""

    version: str

    def send(self, frame: str | bytes) -> None:
        """Send a frame, after those that were sent before."""

    def forget(self, channel: Answering) -> None:
        """Forget a channel that is closed."""

    def reply(self, message: Message, status: str, response: dict[str, Any]) -> None:
        """Answer a message of the client. status: ok or error."""

    def refuse(self, join: Message, reason: str) -> None:
        """Answer a join with an error, after a while."""


class Answering:
    """One side of a channel: its answers and events. message: the join, whose reference they carry."""

    def __init__(self, socket: Socket, message: Message) -> None:
        self.topic = message.topic
        self.join_ref = message.join_ref or message.ref
        self.version = socket.version
        self._socket = socket

    def reply(self, message: Message, response: dict[str, Any] | None = None) -> None:
        """Answer that a message is done."""
        self._socket.reply(message, "ok", response or {})

    def refuse(self, message: Message, reason: str) -> None:
        """Answer that a message is not done."""
        self._socket.reply(message, "error", {"reason": reason})

    def _send(self, event: str, payload: str, ref: str | None = None) -> None:
        self._socket.send(frames.encode(self.version, self.topic, event, payload, join_ref=self.join_ref, ref=ref))

    def _push(self, event: str, payload: Any, ref: str | None = None) -> None:
        self._send(event, frames.text(payload), ref)

    def _system(self, status: str, text: str, extension: str = "postgres_changes") -> None:
        channel = self.topic.removeprefix(PREFIX)
        self._push("system", {"extension": extension, "status": status, "message": text, "channel": channel})

    def _replay(self, stored: Iterable[Stored]) -> None:
        for each in stored:
            payload = Raw(each.payload) if isinstance(each.payload, bytes) else each.payload
            meta = frames.text({"replayed": True, "id": each.id})
            if (frame := broadcast_frame(self.version, self.topic, each.event, payload, meta)) is not None:
                self._socket.send(frame)
