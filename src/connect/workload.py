"""How people use the messaging tables, for a rehearsal's live traffic."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof.rehearsal.traffic import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.rehearsal.traffic import Act

# The people who can send: members of chats.
_MEMBERS = """
SELECT p.chat_id, p.user_id FROM public.chat_participants p
WHERE p.chat_id IS NOT NULL AND p.user_id IS NOT NULL ORDER BY p.id LIMIT 20
"""
_SEND = """
INSERT INTO public.chat_messages (chat_id, sender_id, message_text, client_generated_id) VALUES (%s, %s, %s, %s)
"""
_READ = "SELECT id FROM public.chat_messages WHERE chat_id = %s AND deleted_at IS NULL ORDER BY seq DESC LIMIT 50"
_THERE = "SELECT to_regclass('public.chat_messages'), to_regclass('public.chat_participants')"
_COUNT = "SELECT count(*) FROM public.chat_messages"
_STORED = "SELECT count(*) FROM public.chat_messages WHERE client_generated_id = ANY (%s::uuid[])"
# The new rows are numbered far above the existing ones.
_GROW = """
SET session_replication_role = replica;
INSERT INTO public.chat_messages
    (chat_id, sender_id, message_text, seq, client_generated_id, status, created_at, updated_at)
  SELECT m.chats[1 + n % m.number], m.users[1 + n % m.number], 'message ' || n, 1000000000 + n, gen_random_uuid(),
    'read',
    timestamptz '2025-01-01' + n * interval '1 second', timestamptz '2025-01-01' + n * interval '1 second'
  FROM (SELECT array_agg(chat_id ORDER BY id) AS chats, array_agg(user_id ORDER BY id) AS users, count(*) AS number
        FROM public.chat_participants WHERE chat_id IS NOT NULL AND user_id IS NOT NULL) AS m,
    generate_series({}, {}) AS n;
RESET session_replication_role
"""


class Messaging:
    """People who chat; a pgproof.rehearsal.traffic.Workload."""

    table = "public.chat_messages"
    rows = "messages"

    def workers(self, connection: psycopg.Connection[Any]) -> list[Worker]:
        """Return two who send and one who reads; nobody if there is no chat to send to."""
        if None in (connection.execute(_THERE).fetchone() or (None,)):
            return []
        try:
            members = connection.execute(_MEMBERS).fetchall()
        except psycopg.Error:
            # The tables have other columns, so there is no chat to send to.
            return []
        if not members:
            return []

        def read(session: psycopg.Connection[Any]) -> None:
            session.execute(_READ, [members[0][0]]).fetchall()

        # They send into two chats: senders into the same one wait for each other.
        senders = [Worker(_sending(*members[place]), sends=True) for place in (0, -1)]
        return [*senders, Worker(read, sends=False)]

    def count(self, connection: psycopg.Connection[Any]) -> int:
        """Return the number of messages."""
        return _number(connection.execute(_COUNT))

    def grow(self, connection: psycopg.Connection[Any], first: int, last: int) -> None:
        """Add messages with these numbers to the existing chats."""
        connection.execute(_GROW.format(first, last).encode())

    def stored(self, connection: psycopg.Connection[Any], keys: Sequence[str]) -> int:
        """Return how many of these messages are stored. keys: their client_generated_ids."""
        return _number(connection.execute(_STORED, [list(keys)]))


def _sending(chat: object, sender: object) -> Act:
    def send(session: psycopg.Connection[Any]) -> str:
        key = str(uuid.uuid4())
        session.execute(_SEND, [chat, sender, "sent during the migration", key])
        return key

    return send


def _number(cursor: psycopg.Cursor[Any]) -> int:
    found = cursor.fetchone()
    return int(found[0]) if found else 0
