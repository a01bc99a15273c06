"""get_unread_count: the undeleted messages of others that this participant has not read."""

import uuid

import psycopg
import pytest

from connect.samples import MESSAGES


def test_returns_a_number(ana, ben, chat):
    """It returns a bigint."""
    ana.send(chat)
    query = "SELECT count, pg_typeof(count)::text FROM public.get_unread_count(%(chat)s, %(user)s) AS result (count)"
    assert ben.query(query, {"chat": chat, "user": ben.id}) == [(1, "bigint")]


def test_everything_is_unread_without_a_read_point(chats, ana, ben, chat):
    """To a participant who never read anything, every message of others is unread."""
    for _ in range(3):
        ana.send(chat)
    assert chats.last_read(chat, ben) is None
    assert ben.unread(chat) == 3


def test_only_what_came_after_reading_counts(ana, ben, chat):
    """After reading, only newer messages count."""
    ana.send(chat)
    ben.read(chat)
    ana.send(chat)
    ana.send(chat)
    assert ben.unread(chat) == 2


def test_own_messages_do_not_count(ana, ben, chat):
    """What a member wrote is not unread to that member."""
    ana.send(chat)
    ben.send(chat)
    assert (ana.unread(chat), ben.unread(chat)) == (1, 1)


def test_deleted_messages_do_not_count(ana, ben, chat):
    """A message deleted before it was read leaves the badge."""
    first = ana.send(chat)
    ana.send(chat)
    ana.delete(first.id)
    assert ben.unread(chat) == 1


def test_delivered_messages_count(ana, ben, chat):
    """Delivered is not read."""
    ana.send(chat)
    ben.deliver(chat)
    assert ben.unread(chat) == 1


def test_asking_changes_nothing(chats, ana, ben, chat):
    """Asking twice gives the same number, and marks nothing."""
    ana.send(chat)
    assert (ben.unread(chat), ben.unread(chat)) == (1, 1)
    assert chats.statuses(chat) == ["sent"]


def test_writing_is_not_reading(ana, ben, chat):
    """An answer does not clear the writer's own badge."""
    ana.send(chat)
    ben.send(chat)
    assert ben.unread(chat) == 1


def test_empty_and_unknown_chat_give_0(ben, chat):
    """A chat without messages, and one that does not exist, give 0."""
    assert (ben.unread(chat), ben.unread(uuid.uuid4())) == (0, 0)


def test_nothing_is_unread_to_an_outsider(chats, ana, chat):
    """Nothing is unread to who does not take part."""
    ana.send(chat)
    assert chats.member().unread(chat) == 0


@pytest.mark.own_baseline
def test_nobody_asks_for_another_member(ana, ben, chat):
    """Nobody asks in another member's name."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="p_user_id is not the caller"):
        ana.call("get_unread_count", p_chat_id=chat, p_user_id=ben.id)


def test_message_of_the_same_time_in_another_chat_does_not_count(chats, ana, ben, chat):
    """The read point of a chat is the time of a message of that chat, whatever happened elsewhere at that time."""
    moment = "2025-10-01 12:00:00.123456+00"
    other = chats.open(ana, ben)
    ana.send(chat, created_at=moment)
    ben.read(chat)
    ana.send(chat)
    for _ in range(3):
        ana.send(other, created_at=moment)
    assert ben.unread(chat) == 1


def test_new_member_has_all_to_read(chats, ana, chat):
    """Who joins sees what was written before, and has it all to read, whoever else has read it."""
    ana.send(chat)
    eve = chats.member()
    chats.join(chat, eve)
    assert (eve.unread(chat), eve.read(chat), eve.unread(chat)) == (1, 1, 0)


@pytest.mark.own_baseline
def test_badges_of_migrated_messages_follow_the_read_point(chats):
    """Over the messages that were there before, every participant's badge is what their read point says."""
    counted = """
        SELECT p.user_id, p.chat_id,
          (SELECT count(*) FROM public.chat_messages m
           WHERE m.chat_id = p.chat_id AND m.sender_id <> p.user_id AND m.deleted_at IS NULL
             AND (p.last_read_at IS NULL OR m.created_at > p.last_read_at))
        FROM public.chat_participants p"""
    expected = chats.admin.execute(counted).fetchall()
    service = chats.service()
    found = [
        (user, chat, service.call("get_unread_count", p_chat_id=chat, p_user_id=user)[0][0])
        for user, chat, _ in expected
    ]
    assert found == expected
    assert 0 < sum(count for _, _, count in found) < MESSAGES * 2
