"""What a call does when it is stopped between its own statements and the chat goes on meanwhile.

A session that holds one row stops the call at the statement that needs this row.
"""

import pytest


@pytest.fixture
def sender(chats):
    return chats.member()


@pytest.fixture
def reader(chats):
    return chats.member()


@pytest.fixture
def chat(chats, sender, reader):
    return chats.open(sender, reader)


@pytest.fixture(params=["running", "set back"])
def clock(request, chats, chat, sender):
    """The chat has one message; with the clock set back, only order tells when the next one came."""
    sender.send(chat)
    if request.param == "set back":
        chats.set_clock_back(chat)


@pytest.fixture
def held(chats, chat):
    """Holds a row of the chat until the given rollback is called."""
    chats.admin.execute("BEGIN")

    def hold(query, *parameters):
        assert chats.admin.execute(query, parameters).rowcount == 1
        return lambda: chats.admin.execute("ROLLBACK")

    return hold


PARTICIPANT = "SELECT 1 FROM public.chat_participants WHERE chat_id = %s AND user_id = %s FOR NO KEY UPDATE"
MESSAGE = "SELECT 1 FROM public.chat_messages WHERE chat_id = %s AND seq = %s FOR NO KEY UPDATE"
CHAT = "SELECT 1 FROM public.chats WHERE id = %s FOR NO KEY UPDATE"


@pytest.mark.usefixtures("clock")
def test_reader_held_before_the_read_point(chats, chat, sender, reader, held):
    """A message that arrives after the reader's call looked, and before it stored its read point, stays unread."""
    release = held(PARTICIPANT, chat, reader.id)
    with chats.waiting(reader, lambda: reader.read(chat)) as read:
        sender.send(chat)
        release()
        assert read.result() == 1
    assert (reader.unread(chat), chats.statuses(chat)) == (1, ["read", "sent"])


@pytest.mark.usefixtures("clock")
def test_reader_held_before_the_statuses(chats, chat, sender, reader, held):
    """A message that arrives after the reader's call stored its read point, and before it marked, stays unread."""
    release = held(MESSAGE, chat, 1)
    with chats.waiting(reader, lambda: reader.read(chat)) as read:
        sender.send(chat)
        release()
        assert read.result() == 1
    assert (reader.unread(chat), chats.statuses(chat)) == (1, ["read", "sent"])


@pytest.mark.usefixtures("clock")
def test_sender_held_after_the_stamp(chats, chat, sender, reader, held):
    """A message that has its stamp, but waits to move its chat up the list, is not covered by a reader's call."""
    release = held(CHAT, chat)
    with chats.waiting(sender, lambda: sender.send(chat)) as sent:
        assert reader.read(chat) == 1
        release()
        sent.result()
    assert (reader.unread(chat), chats.statuses(chat)) == (1, ["read", "sent"])


@pytest.mark.usefixtures("clock")
def test_message_deleted_while_the_reader_waits(chats, chat, sender, reader):
    """A message that its sender deletes before the reader's call gets to it is not marked."""
    sender.begin()
    sender.connection.execute("UPDATE public.chat_messages SET deleted_at = now() WHERE chat_id = %s", [chat])
    with chats.waiting(reader, lambda: reader.read(chat)) as read:
        sender.commit()
        assert read.result() == 0
    assert chats.statuses(chat) == ["sent"]


@pytest.mark.usefixtures("clock")
def test_reader_removed_while_waiting(chats, chat, sender, reader):
    """Who is removed while the call waits marks at most what was visible before, nothing that came after."""
    chats.admin.execute("BEGIN")
    chats.leave(chat, reader)
    with chats.waiting(reader, lambda: reader.read(chat)) as read:
        sender.send(chat)
        chats.admin.execute("COMMIT")
        read.result()
    assert chats.statuses(chat)[1] == "sent"
    chats.join(chat, reader)
    assert reader.unread(chat) == 2


@pytest.mark.usefixtures("clock")
def test_two_devices_of_one_reader(chats, chat, sender, reader):
    """The call with the older view, finishing last, does not take the read point back."""
    phone = chats.member(reader.id)
    phone.begin()
    phone.read(chat)
    with chats.waiting(reader, lambda: reader.read(chat)) as older:
        newest = sender.send(chat)
        phone.read(chat)
        phone.commit()
        older.result()
    assert chats.last_read(chat, reader) == newest.updated_at
    assert (reader.unread(chat), chats.statuses(chat)) == (0, ["read", "read"])
