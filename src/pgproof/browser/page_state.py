"""What a page shows at one moment, as its recording has it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from pgproof.history import Line
from pgproof.moment import Moment

_CUT_OFF = re.compile(r"\s*(?:…|\.\.\.)$")
# Of a text that is cut off, so many characters tell it from others.
_ENOUGH = 10
_MORE_THAN = re.compile(r"(\d+)\s*\+")


@dataclass(frozen=True)
class Conversation:
    """One conversation in the list. last: its last message. badge: the unread badge's text, empty if not visible."""

    name: str
    last: str
    badge: str

    def says(self, text: str) -> bool:
        """Return whether this is the last message, alone or after words of the page's own, such as "You:"."""
        whole = " ".join(text.split())
        before = self.last.removesuffix(whole)
        return bool(whole) and self.last.endswith(whole) and not before[-1:].isalnum()

    def begins(self, text: str) -> bool:
        """Return whether this is the last message, whole or cut off by the page behind its first words, as "Hello, …".

        Texts that begin in the same way are not told apart.
        """
        whole, (shown, cut_off) = " ".join(text.split()), _CUT_OFF.subn("", self.last)
        return self.says(text) or any(
            cut_off and whole.startswith(shown[at:]) and not shown[at - 1 : at].isalnum()
            for at in range(len(shown) - _ENOUGH + 1)
        )

    def counts(self, unread: int) -> bool:
        """Return whether the badge says that so many are unread; "9+" says that there are more than nine."""
        more = _MORE_THAN.fullmatch(self.unread)
        return unread > int(more[1]) if more else self.unread == (str(unread) if unread else "")

    @property
    def unread(self) -> str:
        """The badge's text; empty if there is no badge or it says 0."""
        return "" if self.badge == "0" else self.badge


@dataclass(frozen=True)
class Message:
    """One message. own: written by this person. status: the name of its tick. quote: the text that it replies to."""

    text: str
    own: bool
    status: str | None
    quote: str | None

    def line(self) -> Line:
        """Return the message as a line of a history; its text is its key."""
        pending = self.status in ("sending", "failed")
        return Line(self.text, self.text, None if pending else self.status, pending=pending)


@dataclass(frozen=True)
class PageState:
    """Everything visible, from top to bottom. composer: whether a message can be written.

    title: the name of the open conversation, None where the description does not say where it stands.
    alert, pending, connection: the texts of these elements, None where none is visible.
    """

    conversations: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()
    composer: bool = False
    title: str | None = None
    alert: str | None = None
    pending: str | None = None
    connection: str | None = None

    @property
    def texts(self) -> list[str]:
        """The texts of the messages."""
        return [message.text for message in self.messages]

    @property
    def names(self) -> list[str]:
        """The names of the conversations."""
        return [conversation.name for conversation in self.conversations]

    def of(self, text: str) -> list[Message]:
        """Return the messages with this text."""
        return [message for message in self.messages if message.text == text]

    def conversation(self, name: str) -> Conversation | None:
        """Return the first conversation of this name, None if there is none."""
        return next((each for each in self.conversations if each.name == name), None)


@dataclass(frozen=True)
class Record:
    """A state that differs from the one before. opened: the document's id. version: counts its states from 1."""

    opened: str
    version: int
    at: Moment
    state: PageState


def record(told: str) -> Record:
    """Return the record in a JSON text of recorder.js."""
    found: dict[str, Any] = json.loads(told)
    shown = found["state"]
    state = PageState(
        tuple(Conversation(**each) for each in shown.pop("conversations")),
        tuple(Message(**each) for each in shown.pop("messages")),
        **shown,
    )
    wall = found["at"] / 1000
    return Record(found["opened"], found["version"], Moment(wall - time.time() + time.monotonic(), wall), state)
