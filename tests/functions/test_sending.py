"""Sending: a retry appears once, and a new message moves its chat up the list."""

import uuid
from datetime import UTC, datetime

import psycopg
import pytest


@pytest.fixture
def client_id():
    return uuid.uuid4()


def test_retry_is_stored_once(chats, ana, chat, client_id):
    """The same client_generated_id twice stores one message, and the next one follows without a gap."""
    ana.send(chat, client_generated_id=client_id)
    with pytest.raises(psycopg.errors.UniqueViolation):
        ana.send(chat, client_generated_id=client_id)
    assert ana.send(chat).seq == 2
    assert chats.seqs(chat) == [1, 2]


def test_retry_that_ignores_duplicates_is_silent(chats, ana, chat, client_id):
    """With ON CONFLICT DO NOTHING, as an upsert over the API says it, the retry is silent."""
    ana.send(chat, client_generated_id=client_id)
    again = """
        INSERT INTO public.chat_messages (chat_id, sender_id, client_generated_id)
        VALUES (%(chat)s, %(sender)s, %(client)s) ON CONFLICT DO NOTHING RETURNING id"""
    assert ana.query(again, {"chat": chat, "sender": ana.id, "client": client_id}) == []
    assert chats.seqs(chat) == [1]


def test_retry_waits_for_the_first_and_is_refused(chats, ana, chat, client_id):
    """A retry that overtakes the answer waits for the first attempt, and is then refused."""
    laptop = chats.member(ana.id)
    ana.begin()
    ana.send(chat, client_generated_id=client_id)
    with chats.waiting(laptop, lambda: laptop.send(chat, client_generated_id=client_id)) as retry:
        ana.commit()
        assert isinstance(retry.exception(), psycopg.errors.UniqueViolation)
    assert chats.seqs(chat) == [1]


def test_retry_after_the_first_failed_is_stored(chats, ana, chat, client_id):
    """When the first attempt was rolled back, the retry that waited for it is the one that is stored."""
    laptop = chats.member(ana.id)
    ana.begin()
    ana.send(chat, client_generated_id=client_id)
    with chats.waiting(laptop, lambda: laptop.send(chat, client_generated_id=client_id)) as retry:
        ana.rollback()
        assert retry.result().seq == 1
    assert chats.seqs(chat) == [1]


def test_two_senders_may_use_one_client_id(ana, ben, chat, client_id):
    """Two people's clients may come up with the same id."""
    ana.send(chat, client_generated_id=client_id)
    assert ben.send(chat, client_generated_id=client_id).seq == 2


def test_newest_chat_is_listed_first(chats, ana, chat):
    """A message moves its chat to the top."""
    other = chats.open(ana)
    for each in (chat, other, chat):
        ana.send(each)
    assert ana.listed() == [chat, other]


def test_chat_without_messages_is_listed_last(chats, ana, chat):
    """A chat in which nothing was said comes after those in which something was."""
    other = chats.open(ana)
    ana.send(other)
    assert ana.listed() == [other, chat]


@pytest.mark.own_baseline
def test_old_created_at_does_not_move_a_chat_down(chats, ana, chat):
    """A message that was written long ago and arrives now leaves its chat where it is."""
    other = chats.open(ana)
    ana.send(other)
    newest = ana.send(chat)
    ana.send(chat, created_at="2020-01-01")
    assert ana.listed() == [chat, other]
    assert last_message_at(chats, chat) == newest.created_at


def test_message_changes_no_other_chat(chats, ana, chat):
    """A message gives its own chat a new time, and no other."""
    other = chats.open(ana)
    before = ana.send(other).created_at
    ana.send(chat)
    assert last_message_at(chats, other) == before


@pytest.mark.own_baseline
def test_old_created_at_counts_in_a_new_chat(chats, ana, chat):
    """The first message of a chat counts with its own time."""
    ana.send(chat, created_at="2020-01-01")
    assert last_message_at(chats, chat) == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.own_baseline
@pytest.mark.parametrize("created_at", ["2100-01-01", "infinity"])
def test_created_at_ahead_does_not_pin_a_chat(chats, ana, chat, created_at):
    """A client whose clock is ahead, or who says infinity, does not keep its chat on top for ever."""
    other = chats.open(ana)
    # No datetime holds infinity, so the insert returns nothing of it.
    insert = """
        INSERT INTO public.chat_messages (chat_id, sender_id, created_at)
        VALUES (%(chat)s, %(sender)s, %(created)s) RETURNING id"""
    ana.query(insert, {"chat": chat, "sender": ana.id, "created": created_at})
    ana.send(other)
    assert ana.listed() == [other, chat]


def last_message_at(chats, chat):
    return chats.admin.execute("SELECT last_message_at FROM public.chats WHERE id = %s", [chat]).fetchone()[0]
