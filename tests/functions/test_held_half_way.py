"""What a call does when it is stopped between its own statements and the chat goes on meanwhile.

A session that holds one row stops the call at the statement that needs this row. What loses a message or a badge is
wrong in any project; where exactly a call looks, and what it does with a clock that was ahead, this repository's own
functions promise.
"""

import pytest


@pytest.fixture
def watched_chat(chats, sender, reader):
    """A chat of the sender and the reader."""
    return chats.open(sender, reader)


@pytest.fixture(params=["running", pytest.param("set back", marks=pytest.mark.own_baseline)])
def clock(request, chats, watched_chat, sender):
    """The chat has one message; with the clock set back, only order tells when the next one came."""
    sender.send(watched_chat)
    if request.param == "set back":
        chats.set_clock_back(watched_chat)


@pytest.fixture
def held(chats, watched_chat):
    """Holds a row of the chat until the given rollback is called."""
    chats.admin.execute("BEGIN")

    def hold(query, *parameters):
        assert chats.admin.execute(query, parameters).rowcount == 1
        return lambda: chats.admin.execute("ROLLBACK")

    return hold


PARTICIPANT = "SELECT 1 FROM public.chat_participants WHERE chat_id = %s AND user_id = %s FOR NO KEY UPDATE"
MESSAGE = "SELECT 1 FROM public.chat_messages WHERE chat_id = %s AND seq = %s FOR NO KEY UPDATE"
# Stops whoever stores a read point, until nobody holds the lock.
STOP = """
CREATE FUNCTION public.stop() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END';
CREATE TRIGGER stop BEFORE UPDATE ON public.chat_participants FOR EACH ROW EXECUTE FUNCTION public.stop()
"""
CHAT = "SELECT 1 FROM public.chats WHERE id = %s FOR NO KEY UPDATE"


@pytest.mark.own_baseline
@pytest.mark.usefixtures("clock")
def test_arrival_before_the_call_looks_counts_as_read(chats, watched_chat, sender, reader, held):
    """A message that arrives while the reader's call waits for its turn is there when it looks, and is marked."""
    release = held(PARTICIPANT, watched_chat, reader.id)
    with chats.waiting(reader, lambda: reader.read(watched_chat)) as read:
        sender.send(watched_chat)
        release()
        assert read.result() == 2
    assert (reader.unread(watched_chat), chats.statuses(watched_chat)) == (0, ["read", "read"])


@pytest.mark.own_baseline
@pytest.mark.usefixtures("clock")
def test_arrival_after_the_call_looked_is_not_marked(chats, watched_chat, sender, reader):
    """A message that arrives after the reader's call looked, and before its marking begins, stays unread."""
    chats.admin.execute(STOP)
    chats.admin.execute("BEGIN; SELECT pg_advisory_xact_lock(1)")
    with chats.waiting(reader, lambda: reader.read(watched_chat)) as read:
        sender.send(watched_chat)
        chats.admin.execute("ROLLBACK")
        assert read.result() == 1
    assert (reader.unread(watched_chat), chats.statuses(watched_chat)) == (1, ["read", "sent"])


@pytest.mark.usefixtures("clock")
def test_arrival_before_the_marking_stays_unread(chats, watched_chat, sender, reader, held):
    """A message that arrives after the reader's call stored its read point, and before it marked, stays unread."""
    release = held(MESSAGE, watched_chat, 1)
    with chats.waiting(reader, lambda: reader.read(watched_chat)) as read:
        sender.send(watched_chat)
        release()
        assert read.result() == 1
    assert (reader.unread(watched_chat), chats.statuses(watched_chat)) == (1, ["read", "sent"])


@pytest.mark.usefixtures("clock")
def test_message_held_after_its_seq_stays_unread(chats, watched_chat, sender, reader, held):
    """A message that has its seq, but waits to move its chat up the list, is not covered by a reader's call."""
    release = held(CHAT, watched_chat)
    with chats.waiting(sender, lambda: sender.send(watched_chat)) as sent:
        assert reader.read(watched_chat) == 1
        release()
        sent.result()
    assert (reader.unread(watched_chat), chats.statuses(watched_chat)) == (1, ["read", "sent"])


@pytest.mark.own_baseline
@pytest.mark.usefixtures("clock")
def test_message_deleted_while_reader_waits_is_not_marked(chats, watched_chat, sender, reader):
    """A message that its sender deletes before the reader's call gets to it is not marked."""
    sender.begin()
    sender.connection.execute("UPDATE public.chat_messages SET deleted_at = now() WHERE chat_id = %s", [watched_chat])
    with chats.waiting(reader, lambda: reader.read(watched_chat)) as read:
        sender.commit()
        assert read.result() == 0
    assert chats.statuses(watched_chat) == ["sent"]


@pytest.mark.usefixtures("clock")
def test_reader_removed_while_waiting_marks_nothing_newer(chats, watched_chat, sender, reader):
    """Who is removed while the call waits marks at most what was visible before, nothing that came after."""
    chats.admin.execute("BEGIN")
    chats.leave(watched_chat, reader)
    with chats.waiting(reader, lambda: reader.read(watched_chat)) as read:
        sender.send(watched_chat)
        chats.admin.execute("COMMIT")
        read.result()
    assert chats.statuses(watched_chat)[1] == "sent"
    chats.join(watched_chat, reader)
    assert reader.unread(watched_chat) == 2


@pytest.mark.own_baseline
@pytest.mark.usefixtures("clock")
def test_second_device_never_moves_the_read_point_back(chats, watched_chat, sender, reader):
    """The call with the older view, finishing last, does not take the read point back."""
    phone = chats.member(reader.id)
    phone.begin()
    phone.read(watched_chat)
    with chats.waiting(reader, lambda: reader.read(watched_chat)) as older:
        newest = sender.send(watched_chat)
        phone.read(watched_chat)
        phone.commit()
        older.result()
    assert chats.last_read(watched_chat, reader) == newest.created_at
    assert (reader.unread(watched_chat), chats.statuses(watched_chat)) == (0, ["read", "read"])
