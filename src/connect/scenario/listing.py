"""Compares the list that a page shows with the chats that the database holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connect.scenario.stored import StoredConversation
    from pgproof.browser.frontend import Frontend
    from pgproof.browser.page_state import Conversation

_TEXT = "text"


class Comparison(NamedTuple):
    """What came of it. wrong: the first row that is no chat of the database, or stands where it must not.

    missing: the chats that no row shows and that are not put away; only to be trusted where nothing is wrong.
    """

    wrong: Conversation | None
    missing: list[StoredConversation]

    @property
    def agrees(self) -> bool:
        """Whether the list is what the database holds."""
        return self.wrong is None and not self.missing

    @property
    def lacking(self) -> str:
        """The names of the missing ones."""
        return ", ".join(f"'{each.name}'" if each.name else "a direct chat" for each in self.missing)


def compare(stored: Sequence[StoredConversation], shown: Sequence[Conversation], frontend: Frontend) -> Comparison:
    """Compare the rows of a list with the chats of its person, in the order of the list.

    Where nobody has ever said anything, nothing tells which chat is newer; such chats are below all others.
    """
    in_order = frontend.order == "newest"
    others = [chat for chat in stored if not (chat.dated and in_order)]
    missing, rows = [], [*shown]
    for chat in (chat for chat in stored if chat.dated and in_order):
        if rows and matches(chat, rows[0], frontend):
            del rows[0]
        else:
            missing.append(chat)
    # One without a name of its own may be any, so it is looked for last.
    for chat in sorted(others, key=lambda chat: chat.name is None):
        row = next((row for row in rows if matches(chat, row, frontend)), None)
        if row is None:
            missing.append(chat)
        else:
            rows.remove(row)
    return Comparison(rows[0] if rows else None, [chat for chat in missing if not chat.put_away])


def matches(stored: StoredConversation, shown: Conversation, frontend: Frontend) -> bool:
    """Return whether a row of the list is this chat. What is not text is shown in a page's own words."""
    if stored.name is not None and " ".join(stored.name.split()) != shown.name:
        return False
    if frontend.has("badge") and not shown.counts(stored.unread):
        return False
    unseen = stored.last is None or stored.last_type != _TEXT or not stored.last.split()
    return unseen or not frontend.has("preview") or shown.begins(stored.last or "")
