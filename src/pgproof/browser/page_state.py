"""What a page shows at one moment, as the recording of it tells."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from pgproof.history import Line
from pgproof.moment import Moment


@dataclass(frozen=True)
class Conversation:
    """One of the list. badge: the text of the unread badge, empty if there is none to see."""

    name: str
    last: str
    badge: str

    @property
    def unread(self) -> str:
        """The badge; one that says 0 is none."""
        return "" if self.badge == "0" else self.badge


@dataclass(frozen=True)
class Message:
    """One bubble. status: the name of its tick, None if it has none. quote: the text it replies to, None if none."""

    text: str
    own: bool
    status: str | None
    quote: str | None

    def line(self) -> Line:
        """As a history takes it down; its text is its key."""
        pending = self.status in ("sending", "failed")
        return Line(self.text, self.text, None if pending else self.status, pending=pending)


@dataclass(frozen=True)
class PageState:
    """Everything visible, from top to bottom. composer: whether there is one to write in.

    alert, pending, connection: the texts of those, None where there is none to see.
    """

    conversations: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()
    composer: bool = False
    alert: str | None = None
    pending: str | None = None
    connection: str | None = None

    @property
    def texts(self) -> list[str]:
        """Of the messages."""
        return [message.text for message in self.messages]

    @property
    def names(self) -> list[str]:
        """Of the conversations."""
        return [conversation.name for conversation in self.conversations]

    def of(self, text: str) -> list[Message]:
        """The messages with this text."""
        return [message for message in self.messages if message.text == text]

    def conversation(self, name: str) -> Conversation | None:
        """The first of this name, None if there is none."""
        return next((each for each in self.conversations if each.name == name), None)


@dataclass(frozen=True)
class Record:
    """A state that differs from the one before. opened: names the document; version: counts its frames from 1."""

    opened: str
    version: int
    at: Moment
    state: PageState


def record(told: str) -> Record:
    """Return what recorder.js tells as JSON."""
    found: dict[str, Any] = json.loads(told)
    shown = found["state"]
    state = PageState(
        tuple(Conversation(**each) for each in shown.pop("conversations")),
        tuple(Message(**each) for each in shown.pop("messages")),
        **shown,
    )
    wall = found["at"] / 1000
    return Record(found["opened"], found["version"], Moment(wall - time.time() + time.monotonic(), wall), state)
