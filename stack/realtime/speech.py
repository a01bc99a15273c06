"""What a client says on a channel: broadcasts, and that it is there or is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from stack.realtime import frames

if TYPE_CHECKING:
    from stack.realtime.frames import Message
    from stack.realtime.joining import Join
    from stack.realtime.private import Rights
    from stack.realtime.topics import Member, Topics

_DENIED = "Unauthorized: You do not have permissions to write {} to this Channel topic"


class Speaker(Protocol):
    """The channel that it is said on."""

    def reply(self, message: Message, response: dict[str, Any] | None = None) -> None:
        """Answer that a message is done."""

    def refuse(self, message: Message, reason: str) -> None:
        """Answer that a message is not done."""

    def show_others(self) -> None:
        """Show who is there from now on, if that is not done already."""


class Speech:
    """Does what the messages ask for. room: where they are heard. key: what the member is listed under."""

    def __init__(self, topics: Topics, room: str, key: str, join: Join) -> None:
        self._topics, self._room, self._key, self._join = topics, room, key, join

    def broadcast(self, message: Message, speaker: Speaker, member: Member, may: Rights) -> None:
        """Send a broadcast to the others, and to the speaker if that was asked for."""
        payload = message.payload
        if not isinstance(payload, dict) or not frames.is_name(payload.get("event")):
            speaker.refuse(message, "a broadcast must be an object with type, event and payload")
            return
        if not may.says:
            # Supabase answers nothing to those who wait for an answer.
            if self._join.acknowledge:
                speaker.refuse(message, _DENIED.format("broadcasts"))
            return
        but = None if self._join.own_broadcasts else member
        self._topics.broadcast(self._room, payload["event"], payload.get("payload", {}), but=but)
        if self._join.acknowledge:
            speaker.reply(message)

    def presence(self, message: Message, speaker: Speaker, member: Member, may: Rights) -> None:
        """Show or hide the member."""
        payload = message.payload if isinstance(message.payload, dict) else {}
        shown = payload.get("payload") or {}
        match str(payload.get("event")).lower():
            case "track" if isinstance(shown, dict) and not may.shows:
                speaker.refuse(message, _DENIED.format("presence"))
            case "track" if isinstance(shown, dict):
                # A member that shows itself is shown the others.
                speaker.show_others()
                speaker.reply(message)
                self._topics.track(self._room, member, self._key, shown)
            case "untrack":
                speaker.reply(message)
                self._topics.untrack(self._room, member)
            case _:
                speaker.refuse(message, "a presence event must be track, with an object as payload, or untrack")
