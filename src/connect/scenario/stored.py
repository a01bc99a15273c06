"""What the database holds of a chat, read at each call, by a role that can only read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pgproof.history import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    import psycopg


class StoredMessage(NamedTuple):
    """A row of chat_messages."""

    seq: int | None
    text: str
    status: str
    sender_id: str
    created_at: datetime
    deleted_at: datetime | None
    client_generated_id: str | None
    reply_to: str | None
    id: str

    def row(self) -> Row:
        """Return the message as a row of a history; its text is its key."""
        return Row(self.text, self.seq, self.text, self.status, self.deleted_at is not None)


class StoredConversation(NamedTuple):
    """A chat as a member should see it in the list. last, last_type: of the newest message, None without any.

    name: None if it has none of its own: a page names a direct chat after the other member, whatever its row says.
    dated: whether it has a time to sort it by. put_away: whether a further column says that, such as an archive's, so
    that a page may leave it out.
    """

    id: str
    name: str | None
    last: str | None
    last_type: str | None
    unread: int
    dated: bool
    put_away: bool = False


_MESSAGES = """
SELECT seq, coalesce(message_text, ''), status, sender_id::text, created_at, deleted_at, client_generated_id::text,
  reply_to_message_id::text, id::text
FROM public.chat_messages WHERE chat_id = %s ORDER BY seq NULLS LAST, id
"""
# Unread is counted as get_unread_count does, which only the member may call.
_CONVERSATIONS = """
SELECT c.id::text, CASE WHEN c.type = 'direct' THEN NULL ELSE nullif(btrim(c.name), '') END,
  coalesce(last.message_text, ''), last.message_type, (
  SELECT count(*) FROM public.chat_messages m
  WHERE m.chat_id = c.id AND m.sender_id <> p.user_id AND m.deleted_at IS NULL
    AND m.seq > coalesce(
      (SELECT max(same.seq) FROM (
         SELECT r.seq, r.created_at + (row_number() OVER (PARTITION BY r.created_at ORDER BY r.seq) - 1)
           * interval '1 microsecond' AS stamp
         FROM public.chat_messages r WHERE r.chat_id = c.id
       ) same WHERE same.stamp = p.last_read_at),
      (SELECT max(r.seq) FROM public.chat_messages r WHERE r.chat_id = c.id AND r.created_at <= p.last_read_at), 0)
), c.last_message_at IS NOT NULL, EXISTS (
  SELECT FROM (SELECT * FROM jsonb_each_text(to_jsonb(c)) UNION ALL SELECT * FROM jsonb_each_text(to_jsonb(p))) further
  WHERE (further.key ~ '^(is_|was_)?(archived|hidden|deleted|removed)(_at|_on|_by|_for)?$'
      AND further.value NOT IN ('false', '0', '', '[]', '{}'))
    OR (further.key ~ '(state|status)$' AND further.value ~* '(archiv|hidden|delet)')
)
FROM public.chats c
JOIN public.chat_participants p ON p.chat_id = c.id AND p.user_id = %s
LEFT JOIN LATERAL (
  SELECT m.message_text, m.message_type FROM public.chat_messages m
  WHERE m.chat_id = c.id AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT 1
) last ON true
ORDER BY c.last_message_at DESC NULLS LAST, c.id
"""
# PostgREST may choose among overloads, and among the schemas that it serves; of one that is VOLATILE nothing is known.
_READING = """
SELECT p.proname FROM pg_proc p
WHERE p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
GROUP BY p.proname HAVING bool_and(p.provolatile <> 'v')
"""


@dataclass(frozen=True)
class Database:
    """The messaging tables of a database. opened: opens a connection for reading, for one block."""

    opened: Callable[[], AbstractContextManager[psycopg.Connection[Any]]]

    def messages(self, chat: str) -> list[StoredMessage]:
        """Return the messages of a chat, also deleted ones, in order of seq. chat: its id."""
        with self.opened() as connection:
            return [StoredMessage(*row) for row in connection.execute(_MESSAGES, [chat])]

    def conversations(self, user: str) -> list[StoredConversation]:
        """Return the conversations of a member, in the order of the list. user: the member's id."""
        with self.opened() as connection:
            return [StoredConversation(*row) for row in connection.execute(_CONVERSATIONS, [user])]

    def reading_functions(self) -> frozenset[str]:
        """Return the names of the functions that cannot write when the API calls them: no overload is VOLATILE."""
        with self.opened() as connection:
            return frozenset(name for (name,) in connection.execute(_READING))
