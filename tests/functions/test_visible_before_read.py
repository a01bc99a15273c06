"""No message counts as read by someone to whom it was never visible, in whatever order two sessions take turns."""

from itertools import combinations

import pytest

STEPS = ("begin", "act", "commit")


def interleavings():
    """All ways to merge the three steps of a sender with the three steps of a reader."""
    length = 2 * len(STEPS)
    for places in combinations(range(length), len(STEPS)):
        steps = {"sender": iter(STEPS), "reader": iter(STEPS)}
        whose = ["sender" if at in places else "reader" for at in range(length)]
        yield tuple((who, next(steps[who])) for who in whose)


@pytest.fixture
def bystander(chats):
    return chats.member()


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
@pytest.mark.parametrize("clock", ["running", pytest.param("set back", marks=pytest.mark.own_baseline)])
def test_reader_marks_exactly_what_was_visible(chats, sender, reader, bystander, isolation, clock):
    """The reader's call marks the message if and only if the reader could see it then; nobody else's badge moves."""
    for order in interleavings():
        chat = chats.open(sender, reader, bystander)
        sender.send(chat)
        if clock == "set back":
            chats.set_clock_back(chat)
        visible = run(order, sender, reader, chat, isolation)
        found = reader.unread(chat), chats.statuses(chat), bystander.unread(chat)
        expected = (0, ["read", "read"], 2) if visible else (1, ["read", "sent"], 2)
        assert found == expected, f"{order}: {'visible' if visible else 'not visible'} to the reader's call"
        assert (reader.read(chat), reader.unread(chat)) == (0 if visible else 1, 0)


def run(order, sender, reader, chat, isolation):
    """Whether the second message was visible to the reader's transaction when it called."""
    for who, step in order:
        if step == "commit":
            (sender if who == "sender" else reader).commit()
        elif (who, step) == ("sender", "begin"):
            sender.begin()
        elif (who, step) == ("reader", "begin"):
            reader.begin(isolation)
        elif who == "sender":
            assert sender.send(chat).seq == 2
        else:
            visible = reader.seen(chat) == [1, 2]
            reader.read(chat)
    return visible


def test_reading_does_not_wait_for_a_sender(chats, sender, reader):
    """A message that is not committed holds up no reader, and is unread when it comes."""
    chat = chats.open(sender, reader)
    sender.send(chat)
    sender.begin()
    sender.send(chat)
    assert (reader.unread(chat), reader.deliver(chat), reader.read(chat)) == (1, 1, 1)
    sender.commit()
    assert reader.unread(chat) == 1


def test_sending_does_not_wait_for_a_reader(chats, sender, reader):
    """A reader who has not committed holds up no sender, nor does the reader's read point cover what is sent then."""
    chat = chats.open(sender, reader)
    sender.send(chat)
    reader.begin()
    reader.read(chat)
    assert sender.send(chat).seq == 2
    reader.commit()
    assert reader.unread(chat) == 1


def test_reading_an_empty_chat_covers_nothing_under_way(chats, sender, reader):
    """Reading an empty chat covers nothing of what is under way."""
    chat = chats.open(sender, reader)
    sender.begin()
    sender.send(chat)
    assert reader.read(chat) == 0
    sender.commit()
    assert reader.unread(chat) == 1


def test_reader_between_two_commits_reads_the_first(chats, sender, reader, bystander):
    """Between the commits of two senders, the reader reads the first message only."""
    chat = chats.open(sender, reader, bystander)
    sender.begin()
    sender.send(chat)
    bystander.begin()
    with chats.waiting(bystander, lambda: bystander.send(chat)) as second:
        assert reader.read(chat) == 0
        sender.commit()
        second.result()
    assert (reader.unread(chat), reader.read(chat)) == (1, 1)
    bystander.commit()
    assert (reader.unread(chat), chats.statuses(chat)) == (1, ["read", "sent"])


def test_transaction_in_two_chats_stays_unread_in_both(chats, sender, reader):
    """A transaction that writes to two chats stays unread in both, whichever the reader opens before it commits."""
    first, second = chats.open(sender, reader), chats.open(sender, reader)
    sender.begin()
    sender.send(first)
    reader.read(first)
    sender.send(second)
    reader.read(second)
    sender.commit()
    assert (reader.unread(first), reader.unread(second)) == (1, 1)


def test_rolled_back_reading_never_happened(chats, sender, reader):
    """A reading that was rolled back never happened."""
    chat = chats.open(sender, reader)
    sender.send(chat)
    reader.begin()
    assert reader.read(chat) == 1
    reader.rollback()
    assert (reader.unread(chat), chats.statuses(chat)) == (1, ["sent"])
