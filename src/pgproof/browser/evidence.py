"""What the database holds beside a page, as whoever opened the page can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from pgproof.quoting import short

if TYPE_CHECKING:
    from pgproof.moment import Moment


class StoredText(NamedTuple):
    """A message that the database holds. at: when it was sent at the latest, None if nobody in this run sent it."""

    seq: int | None
    text: str
    status: str
    deleted: bool = False
    at: Moment | None = None

    def __str__(self) -> str:
        return f"{self.seq} '{short(self.text)}' {'deleted' if self.deleted else self.status}"


class StoredRow(NamedTuple):
    """A conversation as the database has it for the person whose page it is. last: the newest text, None without."""

    name: str | None
    last: str | None
    unread: int

    def __str__(self) -> str:
        return f"{self.name or 'a direct chat'}: {short(self.last or '')} ({self.unread or ''})"


class Beside(Protocol):
    """Reads the database for a failure's message; called only when something failed."""

    def messages(self, conversation: str) -> list[StoredText] | None:
        """Return the messages of a conversation in order, None if the run does not know the conversation."""

    def conversations(self) -> list[StoredRow] | None:
        """Return the person's list, newest first, None if nobody is signed in."""
