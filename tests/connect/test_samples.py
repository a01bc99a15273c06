"""The sample data is what the guide counts, and has the cases that a chat has."""

import pytest

COUNTS = {
    "183 messages": "SELECT count(*) = 183 FROM chat_messages",
    "an empty chat": "SELECT bool_or(last_message_at IS NULL) FROM chats",
    "direct and group chats": "SELECT count(DISTINCT type) = 2 FROM chats",
    "every status": "SELECT count(DISTINCT status) = 3 FROM chat_messages",
    "every type": "SELECT count(DISTINCT message_type) = 4 FROM chat_messages",
    "replies within their chat": (
        "SELECT count(*) > 5 AND bool_and(m.chat_id = r.chat_id AND m.seq > r.seq)"
        " FROM chat_messages m JOIN chat_messages r ON r.id = m.reply_to_message_id"
    ),
    "deleted messages": "SELECT count(*) > 3 FROM chat_messages WHERE deleted_at IS NOT NULL",
    "media": "SELECT count(*) > 3 FROM chat_messages WHERE media_urls IS NOT NULL",
    "emoji": "SELECT bool_or(message_text ~ '👍') FROM chat_messages",
    "right-to-left text": "SELECT bool_or(message_text ~ 'مرحبا') FROM chat_messages",
    "contiguous seq": (
        "SELECT bool_and(latest = total) FROM (SELECT max(seq) AS latest, count(*) AS total"
        " FROM chat_messages GROUP BY chat_id) c"
    ),
    "senders who are members": (
        "SELECT bool_and(EXISTS (SELECT FROM chat_participants p WHERE p.chat_id = m.chat_id"
        " AND p.user_id = m.sender_id)) FROM chat_messages m"
    ),
    "someone who never read": "SELECT bool_or(last_read_at IS NULL) FROM chat_participants",
    "chats that show their newest message": (
        "SELECT bool_and(last_message_at IS NOT DISTINCT FROM (SELECT max(created_at) FROM chat_messages m"
        " WHERE m.chat_id = c.id)) FROM chats c"
    ),
}


@pytest.mark.parametrize("case", COUNTS)
def test_sample_data_has_the_case(production, connect, case):
    """The case is there."""
    assert connect(production).execute(COUNTS[case]).fetchone()[0] is True
