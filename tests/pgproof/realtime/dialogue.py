"""The listener's core, talked to by a scripted server: no I/O, and no clock but the test's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pgproof.moment import Moment
from pgproof.realtime import phoenix
from pgproof.realtime.channel import Channel
from pgproof.realtime.phoenix import Message
from pgproof.realtime.records import Changes
from pgproof.realtime.session import Session
from pgproof.realtime.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY, TOKEN, NEXT = "sb_publishable_abc", "eyJh.eyJi.one", "eyJh.eyJi.two"
TOPIC = "realtime:room"
WANTED = (Changes("INSERT", table="chat_messages", filter="chat_id=eq.1"), Changes(table="chats"))
LIVE = {"extension": "postgres_changes", "status": "ok", "message": "Subscribed to PostgreSQL", "channel": "room"}


class Dialogue:
    """A session with one channel, and a server that says what a test lets it say."""

    def __init__(self, vsn: str, changes: tuple[Changes, ...] = WANTED) -> None:
        self.vsn, self.time = vsn, 0.0
        self.wire = Wire(vsn, TOKEN, KEY)
        self.session = Session(self.wire, heartbeat=25, backoff=(1, 2, 5, 10))
        self.channel = Channel("room", changes, self.wire, backoff=(1, 2, 5, 10), patience=10)
        self.session.add(self.channel, self.now)
        self.join_ref: str | None = None

    @property
    def now(self) -> Moment:
        return Moment(self.time, self.time)

    def sent(self) -> list[Message]:
        """What the listener has sent since the last time. A server remembers the last join."""
        messages = [phoenix.decode(text, self.vsn) for text in self.wire.take()]
        for message in messages:
            if message.event == "phx_join":
                assert message.join_ref == message.ref
                self.join_ref = message.ref
        return messages

    def says(
        self,
        event: str,
        payload: dict[str, Any] | None = None,
        ref: str | None = None,
        join_ref: str | None = None,
        topic: str = TOPIC,
    ) -> None:
        """A 1.0.0 server has no join_ref, a 2.0.0 server one for everything that it says to a channel."""
        join_ref = None if self.vsn == "1.0.0" or topic == "phoenix" else join_ref or self.join_ref
        text = phoenix.encode(Message(topic, event, payload or {}, ref, join_ref), self.vsn)
        self.session.receive(text, self.now)

    def answers(self, *entries: dict[str, Any], status: str = "ok", **response: Any) -> None:
        """To the last join."""
        response = response or {"postgres_changes": list(entries)}
        self.says("phx_reply", {"status": status, "response": response}, self.join_ref)

    def opened(self) -> list[Message]:
        """There is a socket; what the listener says first."""
        self.session.opened(self.now)
        return self.sent()

    def joined(self) -> list[Message]:
        """And the server takes its join."""
        messages = self.opened()
        self.answers(*({**each.as_json(), "id": 10 + n} for n, each in enumerate(WANTED)))
        return messages

    def live(self) -> None:
        """And says that changes flow."""
        self.joined()
        self.says("system", LIVE)

    def passes(self, seconds: float) -> list[str]:
        """Time; the events that the listener sends then."""
        self.time += seconds
        self.session.tick(self.now)
        return [message.event for message in self.sent()]

    def change(self, *ids: int, **parts: Any) -> None:
        """An INSERT into chat_messages, if the parts say nothing else."""
        kind: dict[str, Any] = {"schema": "public", "table": "chat_messages", "type": "INSERT"}
        data = {**kind, "commit_timestamp": None, "columns": [], "errors": None, **parts}
        self.says("postgres_changes", {"ids": ids, "data": data})

    @property
    def states(self) -> list[str]:
        """Of the channel, from the beginning."""
        return [str(state) for _, state, _ in self.channel.states]


@contextmanager
def dialogue(vsn: str) -> Iterator[Dialogue]:
    """In this version. The server kept to the protocol, unless the test took its faults."""
    dialogue = Dialogue(vsn)
    yield dialogue
    assert dialogue.wire.faults == []
