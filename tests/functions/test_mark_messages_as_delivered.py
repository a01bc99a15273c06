"""mark_messages_as_delivered: what others sent has reached the receiver; 'read' never goes back."""

import uuid

import psycopg
import pytest

from pgproof.timing import unit


def test_returns_how_many(ana, ben, chat):
    """It returns one row with one bigint, updated_count."""
    ana.send(chat)
    query = """
        SELECT updated_count, pg_typeof(updated_count)::text
        FROM public.mark_messages_as_delivered(%(chat)s, %(user)s)"""
    assert ben.query(query, {"chat": chat, "user": ben.id}) == [(1, "bigint")]


def test_marks_sent_messages(chats, ana, ben, chat):
    """Sent messages of others become delivered."""
    ana.send(chat)
    ana.send(chat)
    assert ben.deliver(chat) == 2
    assert chats.statuses(chat) == ["delivered", "delivered"]


def test_second_call_returns_zero(ana, ben, chat):
    """What is delivered already is not counted again."""
    ana.send(chat)
    assert (ben.deliver(chat), ben.deliver(chat)) == (1, 0)


def test_read_never_goes_back(chats, ana, ben, chat):
    """A read message stays read; only the new one becomes delivered."""
    ana.send(chat)
    ben.read(chat)
    ana.send(chat)
    assert ben.deliver(chat) == 1
    assert chats.statuses(chat) == ["read", "delivered"]


def test_badge_stays(chats, ana, ben, chat):
    """A delivered message is still unread, and the read point is where it was."""
    ana.send(chat)
    ben.deliver(chat)
    assert ben.unread(chat) == 1
    assert chats.last_read(chat, ben) is None


def test_own_messages_stay(chats, ana, chat):
    """The receiver's own messages are not marked."""
    ana.send(chat)
    assert ana.deliver(chat) == 0
    assert chats.statuses(chat) == ["sent"]


@pytest.mark.own_baseline
def test_deleted_messages_stay(chats, ana, ben, chat):
    """A deleted message is neither marked nor counted."""
    ana.delete(ana.send(chat).id)
    ana.send(chat)
    assert ben.deliver(chat) == 1
    assert chats.statuses(chat) == ["sent", "delivered"]


def test_empty_and_unknown_chat_give_0(ben, chat):
    """A chat without messages, and one that does not exist, give 0."""
    assert (ben.deliver(chat), ben.deliver(uuid.uuid4())) == (0, 0)


def test_other_chats_are_left_alone(chats, ana, ben, chat):
    """Other chats of the same people are left alone."""
    other = chats.open(ana, ben)
    ana.send(other)
    assert ben.deliver(chat) == 0
    assert chats.statuses(other) == ["sent"]


def test_outsider_marks_nothing(chats, ana, chat):
    """Who does not take part marks nothing."""
    ana.send(chat)
    stranger = chats.member()
    chats.open(stranger)
    assert stranger.deliver(chat) == 0
    assert chats.statuses(chat) == ["sent"]


def test_member_who_left_marks_nothing(chats, ana, ben, chat):
    """Who left marks nothing any more."""
    ana.send(chat)
    chats.leave(chat, ben)
    assert ben.deliver(chat) == 0
    assert chats.statuses(chat) == ["sent"]


@pytest.mark.own_baseline
def test_nobody_receives_for_another_member(chats, ana, ben, chat):
    """Nobody receives in another member's name."""
    ana.send(chat)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="p_receiver_id is not the caller"):
        ana.call("mark_messages_as_delivered", p_chat_id=chat, p_receiver_id=ben.id)
    assert chats.statuses(chat) == ["sent"]


def test_read_while_delivery_waits_stays_read(chats, ana, ben, chat):
    """A delivery that waited for a reader leaves what was read meanwhile as read."""
    ana.send(chat)
    phone = chats.member(ben.id)
    ben.begin()
    ben.read(chat)
    with chats.waiting(phone, lambda: phone.deliver(chat)) as delivered:
        ben.commit()
        assert delivered.result() == 0
    assert chats.statuses(chat) == ["read"]


def test_delivered_while_reading_waits_is_marked(chats, ana, ben, chat):
    """A reader who waited for a delivery marks what it delivered."""
    ana.send(chat)
    phone = chats.member(ben.id)
    phone.begin()
    phone.deliver(chat)
    with chats.waiting(ben, lambda: ben.read(chat)) as read:
        phone.commit()
        assert read.result() == 1
    assert chats.statuses(chat) == ["read"]


def test_does_not_wait_for_what_is_read(chats, ana, ben, chat):
    """A delivery takes hold of the messages that it marks, and of no other."""
    ana.send(chat)
    ben.read(chat)
    ana.send(chat)
    chats.admin.execute("BEGIN")
    chats.admin.execute("SELECT FROM public.chat_messages WHERE chat_id = %s AND seq = 1 FOR NO KEY UPDATE", [chat])
    ben.connection.execute(f"SET lock_timeout = {round(500 * unit())}")
    assert ben.deliver(chat) == 1
    chats.admin.execute("ROLLBACK")
