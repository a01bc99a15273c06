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
def unread_chat(chats, sender, ana, ben):
    """A chat with three messages of the sender that ana and ben have not read."""
    chat = chats.open(sender, ana, ben)
    for _ in range(3):
        sender.send(chat)
    return chat


def test_second_reader_waits_and_counts_nothing_twice(chats, unread_chat, ana, ben):
    """Both badges go; each message is marked by exactly one of the two."""
    ana.begin()
    assert ana.read(unread_chat) == 3
    assert ben.unread(unread_chat) == 3
    with chats.waiting(ben, lambda: ben.read(unread_chat)) as second:
        ana.commit()
        assert second.result() == 0
    assert [each.unread(unread_chat) for each in (ana, ben)] == [0, 0]


def test_second_reader_goes_on_after_a_rollback(chats, unread_chat, ana, ben):
    """When the first reader's call is rolled back, the second marks the messages, and only the second's badge goes."""
    ana.begin()
    ana.read(unread_chat)
    with chats.waiting(ben, lambda: ben.read(unread_chat)) as second:
        ana.rollback()
        assert second.result() == 3
    assert [each.unread(unread_chat) for each in (ana, ben)] == [3, 0]


def test_only_its_owner_clears_a_badge(chats, unread_chat, sender, ana, ben):
    """Before, during and after another member's reading a badge says the same; only its owner's call clears it."""
    ana.begin()
    before = ben.unread(unread_chat)
    ana.read(unread_chat)
    during = ben.unread(unread_chat)
    ana.commit()
    sender.send(unread_chat)
    ana.read(unread_chat)
    assert (before, during, ben.unread(unread_chat)) == (3, 3, 4)
    ben.read(unread_chat)
    assert ben.unread(unread_chat) == 0


@pytest.mark.own_baseline
@pytest.mark.parametrize("second", ["read", "deliver"])
@pytest.mark.parametrize("first", ["read", "deliver"])
@pytest.mark.parametrize("stored", [OLDEST, NEWEST], ids=["oldest first", "newest first"])
def test_opposite_orders_never_deadlock(chats, unread_chat, ana, ben, first, second, stored):
    """Two calls that find the messages in opposite orders lock them in the same one.

    A third session holds the middle message until both wait; without a fixed order each would by then have got hold
    of what the other needs next.
    """
    for seq in stored:
        chats.admin.execute(REWRITTEN, [unread_chat, seq])
    chats.admin.execute(ONE_INDEX_LEFT)
    ana.connection.execute(OLDEST_FIRST)
    ben.connection.execute(NEWEST_FIRST)
    chats.admin.execute("BEGIN")
    chats.admin.execute(HELD, [unread_chat, 2])
    with (
        chats.waiting(ana, lambda: getattr(ana, first)(unread_chat)) as one,
        chats.waiting(ben, lambda: getattr(ben, second)(unread_chat)) as other,
    ):
        chats.admin.execute("ROLLBACK")
        # Whoever reads has something to mark after a delivery; otherwise the first call has marked it all.
        assert (one.result(), other.result()) == (3, 3 if (first, second) == ("deliver", "read") else 0)
    assert chats.statuses(unread_chat) == ["read" if "read" in (first, second) else "delivered"] * 3


@pytest.mark.own_baseline
def test_reader_and_replying_sender_do_not_wait(chats, unread_chat, sender, ana):
    """A reply refers to a message that is being read, and neither waits for the other."""
    first = chats.column(unread_chat, "id")[0]
    ana.begin()
    ana.read(unread_chat)
    assert sender.send(unread_chat, reply_to_message_id=first).seq == 4
    ana.commit()
    sender.begin()
    sender.send(unread_chat, reply_to_message_id=first)
    assert ana.read(unread_chat) == 1
    sender.commit()
    assert ana.unread(unread_chat) == 1
