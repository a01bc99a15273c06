"""What the database of a scenario holds, for the messages of failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.browser.evidence import StoredRow, StoredText
from pgproof.quoting import short

if TYPE_CHECKING:
    from collections.abc import Callable

    from connect.scenario.chat import Chat
    from connect.scenario.stored import Database
    from pgproof.browser import Tab
    from pgproof.moment import Moment

_TEXT = "text"


@dataclass(frozen=True)
class Stored:
    """See pgproof.browser.evidence.Beside. chats: of the scenario. sent: returns when each text was sent.

    person: the id of the one whose list is read, None for nobody's.
    """

    database: Database
    chats: list[Chat]
    sent: Callable[[], dict[str, Moment]]
    person: str | None

    def messages(self, conversation: str) -> list[StoredText] | None:
        """Return the messages of a chat that the scenario made."""
        chat = next((each for each in self.chats if each.name == conversation), None)
        if chat is None:
            return None
        sent = self.sent()
        return [
            StoredText(row.seq, row.text, row.status, row.deleted_at is not None, sent.get(row.text))
            for row in self.database.messages(chat.id)
        ]

    def conversations(self) -> list[StoredRow] | None:
        """Return the person's list. What is not a text has no words of its own."""
        if self.person is None:
            return None
        return [
            StoredRow(row.name, row.last if row.last_type == _TEXT else None, row.unread)
            for row in self.database.conversations(self.person)
        ]


def without_rows(stored: Stored, tabs: list[Tab], chat: Chat, what: str, seconds: float) -> str:
    """Return the message for rows that did not come. what: was waited for, in words."""
    rows = stored.messages(chat.name) or []
    held = "; ".join(map(str, rows)) or "no message"
    failed = f"the database should hold {what}; after {seconds:g} s it holds of '{chat.name}': {held}"
    texts = {row.text for row in rows}
    for tab in tabs:
        for where, text, _ in tab.sent:
            if where == chat.name and text not in texts:
                shown = [each for each in tab.now().messages if each.text == text]
                state = shown[0].status if shown else None
                looks = f"shows it{f' as {state}' if state else ''}" if shown else "does not show it"
                under_way = ", ".join(f"{each.what} since {each.seconds:.1f} s" for each in tab.log.under_way)
                waits = f"; still under way: {under_way}" if under_way else ""
                return f"lost row: {tab.name} sent '{short(text)}' and {looks}, and {failed}{waits}"
    return failed
