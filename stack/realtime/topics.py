"""Which channels are on which topic, and what goes to all of a topic: broadcasts and changes of presence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from stack.realtime import frames
from stack.realtime.presence import Presence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack.realtime.frames import Raw


@dataclass(frozen=True)
class Json:
    """A payload that is JSON already."""

    text: str


class Member(Protocol):
    """A channel of a topic."""

    @property
    def version(self) -> str:
        """The version of its socket's framing."""

    @property
    def shows_presence(self) -> bool:
        """Whether it is told who is there."""

    def forward(self, frame: str | bytes) -> None:
        """Send a whole frame."""

    def hears(self, message: str | None) -> bool:
        """Return whether it is sent a broadcast. message: the id of one that was stored."""


PREFIX = "realtime:"
_PRIVATE = "\0"


def room(topic: str, *, private: bool) -> str:
    """Return where the members of a topic meet: those of a private channel by themselves."""
    return _PRIVATE + topic if private else topic


class _Topic:
    def __init__(self) -> None:
        # In order of arrival.
        self.members: dict[Member, None] = {}
        self.presence = Presence()


class Topics:
    """All topics that somebody is on, by their rooms."""

    def __init__(self) -> None:
        self._topics: dict[str, _Topic] = {}

    def enter(self, topic: str, member: Member) -> None:
        """Send to a member what goes to the topic from now on."""
        self._topics.setdefault(topic, _Topic()).members[member] = None

    def leave(self, topic: str, member: Member) -> None:
        """Send nothing more to a member; the others learn that it is gone."""
        there = self._topics.get(topic)
        if there is None or member not in there.members:
            return
        del there.members[member]
        if not there.members:
            del self._topics[topic]
        self._tell(topic, there, there.presence.untrack(member))

    def presence(self, topic: str) -> dict[str, Any]:
        """Return who is there, the payload of presence_state."""
        return self._topics[topic].presence.state()

    def track(self, topic: str, member: Member, key: str, payload: Mapping[str, Any]) -> None:
        """Show a member, or change what is shown of it. key: what it is listed under."""
        there = self._topics[topic]
        self._tell(topic, there, there.presence.track(member, key, payload))

    def untrack(self, topic: str, member: Member) -> None:
        """Hide a member that was shown."""
        there = self._topics[topic]
        self._tell(topic, there, there.presence.untrack(member))

    def broadcast(
        self,
        topic: str,
        event: str,
        payload: Any | Raw | Json,
        *,
        but: Member | None = None,
        message: str | None = None,
    ) -> None:
        """Send to all members of a topic, except one. A payload that is Raw does not reach sockets of vsn 1.0.0.

        message: the id of one that is stored.
        """
        there = self._topics.get(topic)
        if there is None:
            return
        inner = payload.text if isinstance(payload, Json) else payload
        inner = inner if isinstance(payload, frames.Raw | Json) else frames.text(payload)
        meta = "" if message is None else frames.text({"id": message})
        encoded = {version: broadcast_frame(version, topic, event, inner, meta) for version in frames.VERSIONS}
        for member in there.members:
            frame = encoded[member.version]
            if member is not but and frame is not None and member.hears(message):
                member.forward(frame)

    def _tell(self, topic: str, there: _Topic, diff: dict[str, Any] | None) -> None:
        if diff is None:
            return
        payload = frames.text(diff)
        encoded = {
            version: frames.encode(version, _name(topic), "presence_diff", payload) for version in frames.VERSIONS
        }
        for member in there.members:
            if member.shows_presence:
                member.forward(encoded[member.version])


def broadcast_frame(version: str, topic: str, event: str, payload: str | Raw, meta: str) -> str | bytes | None:
    """Return the frame of a broadcast; None if bytes cannot be sent in this version. payload, meta: JSON already."""
    name = _name(topic)
    if version != "1.0.0" and (binary := frames.encode_binary(name, event, payload, meta)) is not None:
        return binary
    if isinstance(payload, frames.Raw):
        return None
    told = f',"meta":{meta}' if meta else ""
    whole = f'{{"type":"broadcast","event":{frames.text(event)},"payload":{payload}{told}}}'
    return frames.encode(version, name, "broadcast", whole)


def _name(given: str) -> str:
    return given.removeprefix(_PRIVATE)
