"""What one listener says and hears over one socket after another: heartbeats, and messages to their channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.realtime.channel import ENDED, State
from pgproof.realtime.phoenix import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.moment import Moment
    from pgproof.realtime.channel import Channel
    from pgproof.realtime.wire import Wire

_PHOENIX = "phoenix"


class Session:
    """heartbeat: seconds between two, and for the answer to one. silent: one was not answered; the socket is dead."""

    def __init__(self, wire: Wire, *, heartbeat: float, backoff: Sequence[float]) -> None:
        self.wire = wire
        self.online = self.silent = False
        self.channels: dict[str, Channel] = {}
        self._heartbeat, self._backoff = heartbeat, backoff
        self._beat_due = 0.0
        self._beat_ref: str | None = None
        self._losses = 0
        self._went_live: list[Channel] = []

    def add(self, channel: Channel, at: Moment) -> None:
        """Join a channel, now or as soon as there is a socket. Raises ValueError if its topic is joined already."""
        before = self.channels.get(channel.topic)
        if before is not None and before.state not in ENDED:
            if before.state is not State.LEAVING:
                raise ValueError(f"{channel.topic} is joined already; leave it first")
            before.disconnected(at, "joined anew")
        self.channels[channel.topic] = channel
        if self.online:
            channel.connected(at)

    def refresh(self, token: str, at: Moment) -> None:
        """A new access token, for what is joined and what is to be."""
        self.wire.token = token
        for channel in self.channels.values():
            channel.refresh(at, online=self.online)

    def opened(self, at: Moment) -> None:
        """There is a new socket."""
        self.wire.take()
        self.online, self.silent = True, False
        self._losses = 0
        self._beat_ref, self._beat_due = None, at.monotonic + self._heartbeat
        for channel in self.channels.values():
            channel.connected(at)

    def lost(self, at: Moment, reason: str) -> float:
        """The socket is gone, or could not be had: how many seconds to wait before the next."""
        self.online = False
        for channel in self.channels.values():
            channel.disconnected(at, reason)
        pause = self._backoff[min(self._losses, len(self._backoff) - 1)]
        self._losses += 1
        return pause

    def receive(self, frame: str | bytes, at: Moment) -> None:
        """A frame from the server. What the protocol does not have becomes a fault."""
        try:
            message = self.wire.read(frame, at)
            if message.topic == _PHOENIX:
                if message.event == "phx_reply" and message.ref == self._beat_ref:
                    self._beat_ref = None
                return
            channel = self.channels.get(message.topic)
            if channel is None:
                raise Malformed(f"a message on {message.topic}, which was never joined")
            lives = channel.lives
            channel.receive(message, at)
            self._went_live += [channel] * (channel.lives - lives)
        except Malformed as fault:
            self.wire.faults.append(self.wire.hide(str(fault)))

    def tick(self, at: Moment) -> None:
        """Do what is due."""
        if at.monotonic >= self._beat_due:
            if self._beat_ref is not None:
                self.silent = True
                return
            self._beat_ref = self.wire.push(_PHOENIX, "heartbeat", {}, at)
            self._beat_due = at.monotonic + self._heartbeat
        for channel in self.channels.values():
            channel.tick(at)

    @property
    def due(self) -> float:
        """When tick has something to do, in monotonic seconds."""
        return min([self._beat_due, *(each.due for each in self.channels.values() if each.due is not None)])

    def take_live(self) -> list[Channel]:
        """The channels that went live, each time that one did, once."""
        live, self._went_live = self._went_live, []
        return live
