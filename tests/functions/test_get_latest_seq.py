"""get_latest_seq: the highest seq of a chat, from which a client knows whether it missed something."""

import uuid

import pytest


def test_returns_a_number(ana, chat):
    """It returns a bigint."""
    ana.send(chat)
    query = "SELECT seq, pg_typeof(seq)::text FROM public.get_latest_seq(%(chat)s) AS result (seq)"
    assert ana.query(query, {"chat": chat}) == [(1, "bigint")]


def test_is_the_seq_of_the_newest_message(ana, chat):
    """It is the seq of the newest message."""
    for _ in range(3):
        assert ana.send(chat).seq == ana.latest(chat)


def test_own_messages_count(ana, ben, chat):
    """It is the same number for every member, whoever wrote."""
    ana.send(chat)
    ben.send(chat)
    assert (ana.latest(chat), ben.latest(chat)) == (2, 2)


def test_deleted_messages_count(ana, chat):
    """Deleting the newest message does not take the chat back."""
    ana.send(chat)
    ana.delete(ana.send(chat).id)
    assert ana.latest(chat) == 2


@pytest.mark.own_baseline
def test_highest_seq_counts_not_the_last_stored(chats, ana, chat):
    """It is the highest seq, not the last one stored."""
    importer = chats.service(ana.id)
    importer.send(chat, seq=9)
    importer.send(chat, seq=3)
    assert ana.latest(chat) == 9


def test_empty_and_unknown_chat_give_0(ana, chat):
    """A chat without messages, and one that does not exist, give 0."""
    assert (ana.latest(chat), ana.latest(uuid.uuid4())) == (0, 0)


def test_other_chats_do_not_matter(chats, ana, chat):
    """Other chats of the same people do not matter."""
    ana.send(chats.open(ana))
    assert ana.latest(chat) == 0


def test_outsider_learns_nothing(chats, ana, chat):
    """Who does not take part learns nothing, not even how much was written."""
    ana.send(chat)
    assert chats.member().latest(chat) == 0


def test_uncommitted_message_is_not_announced(chats, ana, chat):
    """A message that is not committed yet is not announced."""
    ana.begin()
    ana.send(chat)
    assert chats.member(ana.id).latest(chat) == 0
    ana.commit()
    assert ana.latest(chat) == 1
