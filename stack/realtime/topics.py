"""Which channels are on which topic, and what goes to all of a topic: broadcasts and changes of presence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from stack.realtime import frames
from stack.realtime.presence import Presence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack.realtime.frames import Raw


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


class _Topic:
    def __init__(self) -> None:
        # In order of arrival.
        self.members: dict[Member, None] = {}
        self.presence = Presence()


class Topics:
    """All topics that somebody is on."""

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

    def broadcast(self, topic: str, event: str, payload: Any | Raw, *, but: Member | None = None) -> None:
        """Send to all members of a topic, except one. A payload that is Raw does not reach sockets of vsn 1.0.0."""
        there = self._topics.get(topic)
        if there is None:
            return
        inner = payload if isinstance(payload, frames.Raw) else frames.text(payload)
        encoded = {version: _broadcast(version, topic, event, inner) for version in frames.VERSIONS}
        for member in there.members:
            frame = encoded[member.version]
            if member is not but and frame is not None:
                member.forward(frame)

    def _tell(self, topic: str, there: _Topic, diff: dict[str, Any] | None) -> None:
        if diff is None:
            return
        payload = frames.text(diff)
        encoded = {version: frames.encode(version, topic, "presence_diff", payload) for version in frames.VERSIONS}
        for member in there.members:
            if member.shows_presence:
                member.forward(encoded[member.version])


def _broadcast(version: str, topic: str, event: str, payload: str | Raw) -> str | bytes | None:
    if version != "1.0.0" and (binary := frames.encode_binary(topic, event, payload)) is not None:
        return binary
    if isinstance(payload, frames.Raw):
        return None
    whole = f'{{"type":"broadcast","event":{frames.text(event)},"payload":{payload}}}'
    return frames.encode(version, topic, "broadcast", whole)
