"""Several people read one chat at once: each badge is its owner's, and nobody waits in a circle."""

import pytest

HELD = "SELECT 1 FROM public.chat_messages WHERE chat_id = %s AND seq = %s FOR NO KEY UPDATE"
# The planner may find the messages oldest first, or newest first by the one index that is then left.
OLDEST_FIRST = "SET enable_indexscan = off; SET enable_bitmapscan = off"
NEWEST_FIRST = "SET enable_seqscan = off; SET enable_bitmapscan = off"
# A table scan finds them as they were stored last.
REWRITTEN = "UPDATE public.chat_messages SET message_text = message_text WHERE chat_id = %s AND seq = %s"
OLDEST, NEWEST = (1, 2, 3), (3, 2, 1)
ONE_INDEX_LEFT = "DROP INDEX public.idx_chat_messages_status, public.uq_chat_messages_chat_id_seq"


@pytest.fixture
def sender(chats):
    return chats.member()


@pytest.fixture
def chat(chats, sender, ana, ben):
    chat = chats.open(sender, ana, ben)
    for _ in range(3):
        sender.send(chat)
    return chat


def test_second_reader_waits_and_counts_nothing_twice(chats, chat, ana, ben):
    """Both badges go; each message is marked by exactly one of the two."""
    ana.begin()
    assert ana.read(chat) == 3
    assert ben.unread(chat) == 3
    with chats.waiting(ben, lambda: ben.read(chat)) as second:
        ana.commit()
        assert second.result() == 0
    assert [each.unread(chat) for each in (ana, ben)] == [0, 0]


def test_second_reader_goes_on_after_a_rollback(chats, chat, ana, ben):
    """When the first reader's call is rolled back, the second marks the messages, and only the second's badge goes."""
    ana.begin()
    ana.read(chat)
    with chats.waiting(ben, lambda: ben.read(chat)) as second:
        ana.rollback()
        assert second.result() == 3
    assert [each.unread(chat) for each in (ana, ben)] == [3, 0]


def test_badge_while_another_reads(chats, chat, sender, ana, ben):
    """Before, during and after another member's reading a badge says the same; only its owner's call clears it."""
    ana.begin()
    before = ben.unread(chat)
    ana.read(chat)
    during = ben.unread(chat)
    ana.commit()
    sender.send(chat)
    ana.read(chat)
    assert (before, during, ben.unread(chat)) == (3, 3, 4)
    ben.read(chat)
    assert ben.unread(chat) == 0


@pytest.mark.parametrize("second", ["read", "deliver"])
@pytest.mark.parametrize("first", ["read", "deliver"])
@pytest.mark.parametrize("stored", [OLDEST, NEWEST], ids=["oldest first", "newest first"])
def test_no_circle(chats, chat, ana, ben, first, second, stored):
    """Two calls that find the messages in opposite orders lock them in the same one.

    A third session holds the middle message until both wait; without a fixed order each would by then have got hold
    of what the other needs next.
    """
    for seq in stored:
        chats.admin.execute(REWRITTEN, [chat, seq])
    chats.admin.execute(ONE_INDEX_LEFT)
    ana.connection.execute(OLDEST_FIRST)
    ben.connection.execute(NEWEST_FIRST)
    chats.admin.execute("BEGIN")
    chats.admin.execute(HELD, [chat, 2])
    with (
        chats.waiting(ana, lambda: getattr(ana, first)(chat)) as one,
        chats.waiting(ben, lambda: getattr(ben, second)(chat)) as other,
    ):
        chats.admin.execute("ROLLBACK")
        # Whoever reads has something to mark after a delivery; otherwise the first call has marked it all.
        assert (one.result(), other.result()) == (3, 3 if (first, second) == ("deliver", "read") else 0)
    assert chats.statuses(chat) == ["read" if "read" in (first, second) else "delivered"] * 3


def test_reader_and_sender_with_a_reply(chats, chat, sender, ana):
    """A reply refers to a message that is being read, and neither waits for the other."""
    first = chats.column(chat, "id")[0]
    ana.begin()
    ana.read(chat)
    assert sender.send(chat, reply_to_message_id=first).seq == 4
    ana.commit()
    sender.begin()
    sender.send(chat, reply_to_message_id=first)
    assert ana.read(chat) == 1
    sender.commit()
    assert ana.unread(chat) == 1
