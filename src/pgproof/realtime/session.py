"""What one listener says and hears over one socket after another: heartbeats, and the messages of its channels."""

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
    """The channels of one listener, without I/O.

    heartbeat: seconds between two, and for the answer to one. backoff: seconds before each next socket.
    silent: a heartbeat was not answered, so the socket is dead. channels: by topic.
    """

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
            before.disconnected(at, "joined again")
        self.channels[channel.topic] = channel
        if self.online:
            channel.connected(at)

    def refresh(self, token: str, at: Moment) -> None:
        """Use a new access token for all channels, joined now or later."""
        self.wire.token = token
        for channel in self.channels.values():
            channel.refresh(at, online=self.online)

    def opened(self, at: Moment) -> None:
        """Begin on a new socket: start the heartbeat and join every channel."""
        self.wire.take()
        self.online, self.silent = True, False
        self._losses = 0
        self._beat_ref, self._beat_due = None, at.monotonic + self._heartbeat
        for channel in self.channels.values():
            channel.connected(at)

    def lost(self, at: Moment, reason: str) -> float:
        """Return how many seconds to wait before the next socket, since this one is lost or could not be opened."""
        self.online = False
        for channel in self.channels.values():
            channel.disconnected(at, reason)
        pause = self._backoff[min(self._losses, len(self._backoff) - 1)]
        self._losses += 1
        return pause

    def receive(self, frame: str | bytes, at: Moment) -> None:
        """Take in a frame from the server. A frame that does not follow the protocol becomes a fault of the wire."""
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
        """Do what is due: send a heartbeat or notice that the last one was not answered, and tick every channel."""
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
        """When tick next has something to do, in monotonic seconds."""
        return min([self._beat_due, *(each.due for each in self.channels.values() if each.due is not None)])

    def take_live(self) -> list[Channel]:
        """Return the channels that went live since the last call, a channel once for each time that it did."""
        live, self._went_live = self._went_live, []
        return live
