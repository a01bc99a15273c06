"""mark_messages_as_read: what others wrote becomes 'read', and the reader's badge goes."""

import uuid

import psycopg
import pytest


def test_returns_how_many(ana, ben, chat):
    """It returns one row with one bigint, updated_count."""
    ana.send(chat)
    ana.send(chat)
    query = """
        SELECT updated_count, pg_typeof(updated_count)::text
        FROM public.mark_messages_as_read(%(chat)s, %(user)s)"""
    assert ben.query(query, {"chat": chat, "user": ben.id}) == [(2, "bigint")]


def test_marks_and_clears_the_badge(chats, ana, ben, chat):
    """The messages are 'read', and none is unread for the reader."""
    ana.send(chat)
    assert (ben.unread(chat), ben.read(chat), ben.unread(chat)) == (1, 1, 0)
    assert chats.statuses(chat) == ["read"]


def test_second_call_returns_zero(ana, ben, chat):
    """What is read already is not counted again."""
    ana.send(chat)
    assert (ben.read(chat), ben.read(chat)) == (1, 0)


def test_counts_delivered_messages(chats, ana, ben, chat):
    """A delivered message becomes read like a sent one."""
    ana.send(chat)
    ben.deliver(chat)
    ana.send(chat)
    assert ben.read(chat) == 2
    assert chats.statuses(chat) == ["read", "read"]


def test_own_messages_stay(chats, ana, chat):
    """The reader's own messages are not marked by the reader."""
    ana.send(chat)
    assert ana.read(chat) == 0
    assert chats.statuses(chat) == ["sent"]


@pytest.mark.own_baseline
def test_deleted_messages_stay(chats, ana, ben, chat):
    """A deleted message is neither marked nor counted."""
    ana.delete(ana.send(chat).id)
    ana.send(chat)
    assert ben.read(chat) == 1
    assert chats.statuses(chat) == ["sent", "read"]


@pytest.mark.own_baseline
def test_null_last_read_at_becomes_the_newest_messages_time(chats, ana, ben, chat):
    """A participant who never read anything gets the newest message's time as read point."""
    ana.send(chat)
    newest = ana.send(chat)
    assert chats.last_read(chat, ben) is None
    assert ben.read(chat) == 2
    assert chats.last_read(chat, ben) == newest.created_at


@pytest.mark.own_baseline
def test_foreign_read_point_becomes_a_messages_time(chats, ana, ben, chat):
    """A read point that is not a message's time, as another rule leaves it, is replaced by the newest message's."""
    newest = ana.send(chat)
    chats.admin.execute("UPDATE public.chat_participants SET last_read_at = '2100-01-01' WHERE user_id = %s", [ben.id])
    assert ben.read(chat) == 1
    assert chats.last_read(chat, ben) == newest.created_at
    ana.send(chat)
    assert (ben.unread(chat), ben.read(chat), ben.unread(chat)) == (1, 1, 0)


@pytest.mark.own_baseline
def test_foreign_read_point_covers_what_is_not_newer(chats, ana, ben, chat):
    """Before that, a read point that is not a message's time covers the messages up to it, and no later one."""
    times = [ana.send(chat).created_at for _ in range(3)]
    between = "UPDATE public.chat_participants SET last_read_at = %s::timestamptz + interval '1 microsecond'"
    chats.admin.execute(f"{between} WHERE user_id = %s", [times[1], ben.id])
    assert ben.unread(chat) == 1


@pytest.mark.own_baseline
def test_messages_of_the_very_same_time_are_told_apart(chats, ana, ben, chat):
    """A message with the time of the one that was read last, to the microsecond, is unread when it arrives."""
    moment = "2025-10-01 12:00:00+00"
    for unread in (1, 1, 2):
        for _ in range(unread):
            ana.send(chat, created_at=moment)
        assert (ben.unread(chat), ben.read(chat), ben.unread(chat)) == (unread, unread, 0)
    # Sent in one transaction, messages have the same time as well.
    chats.admin.execute(
        "INSERT INTO public.chat_messages (chat_id, sender_id) SELECT %s, %s FROM generate_series(1, 5)", [chat, ana.id]
    )
    assert (ben.unread(chat), ben.read(chat), ben.unread(chat)) == (5, 5, 0)


@pytest.mark.own_baseline
def test_messages_of_the_very_same_time_are_told_apart_in_each_chat(chats, ana, ben, chat):
    """What was sent elsewhere at that very time does not count, and neither does the order of the rows on disk."""
    moment, other = "2025-10-01 12:00:00+00", chats.open(ana, ben)
    ana.send(other, created_at=moment)
    ana.send(chat)
    ana.send(chat, created_at=moment)
    assert (ben.read(chat), ben.unread(chat)) == (2, 0)
    ana.send(chat, created_at=moment)
    assert (ben.unread(chat), ben.read(chat)) == (1, 1)
    # An edit writes the row anew, behind the others.
    chats.admin.execute(
        "UPDATE public.chat_messages SET message_text = 'edited' WHERE chat_id = %s AND seq = 2", [chat]
    )
    assert ben.unread(chat) == 0


@pytest.mark.own_baseline
def test_reading_again_writes_nothing(chats, ana, ben, chat):
    """Who has read everything already writes no row, which realtime would tell everybody about."""
    ana.send(chat)
    ben.read(chat)
    version = "SELECT xmin FROM public.chat_participants WHERE chat_id = %s AND user_id = %s"
    before = chats.admin.execute(version, [chat, ben.id]).fetchone()
    assert ben.read(chat) == 0
    assert chats.admin.execute(version, [chat, ben.id]).fetchone() == before


@pytest.mark.own_baseline
def test_read_point_of_an_emptied_chat_stays(chats, ana, ben, chat):
    """Where every message was erased, the read point stays what it was."""
    newest = ana.send(chat)
    ben.read(chat)
    chats.admin.execute("DELETE FROM public.chat_messages WHERE chat_id = %s", [chat])
    assert ben.read(chat) == 0
    assert chats.last_read(chat, ben) == newest.created_at


@pytest.mark.own_baseline
@pytest.mark.parametrize("lacks", ["seq", "created_at"])
def test_message_without_seq_or_time_is_not_the_newest(chats, ana, ben, chat, lacks):
    """A message that an old dump brought along without a seq or a time does not keep the others from being read."""
    for _ in range(3):
        last = ana.send(chat)
    chats.admin.execute(f"ALTER TABLE public.chat_messages ALTER {lacks} DROP NOT NULL")
    chats.admin.execute(f"UPDATE public.chat_messages SET {lacks} = NULL WHERE id = %s", [last.id])
    assert ben.read(chat) == 2
    # One without a seq is nowhere in the chat, one without a time cannot be the read point.
    assert ben.unread(chat) == (0 if lacks == "seq" else 1)


def test_badge_survives_a_trigger_on_updates(chats, ana, ben, chat):
    """Where a trigger stamps updated_at at each change, marking does not make what was read unread again."""
    stamp = "CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS"
    chats.admin.execute(f"{stamp} 'BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END'")
    chats.admin.execute("ALTER TABLE public.chat_participants ADD COLUMN IF NOT EXISTS updated_at timestamptz")
    for table in ("chats", "chat_participants", "chat_messages"):
        change = f"CREATE TRIGGER stamp BEFORE UPDATE ON public.{table} FOR EACH ROW EXECUTE FUNCTION public.stamp()"
        chats.admin.execute(change)
    for _ in range(3):
        ana.send(chat)
    assert (ben.unread(chat), ben.read(chat), ben.unread(chat), ben.read(chat)) == (3, 3, 0, 0)


@pytest.mark.own_baseline
def test_message_with_an_old_created_at_is_unread(ana, ben, chat):
    """A message that its sender wrote long ago, offline, is unread when it arrives."""
    ana.send(chat)
    ben.read(chat)
    ana.send(chat, created_at="2020-01-01")
    assert (ben.unread(chat), ben.read(chat), ben.unread(chat)) == (1, 1, 0)


@pytest.mark.own_baseline
def test_empty_chat_gives_0_and_no_read_point(chats, ben, chat):
    """In a chat without messages it returns 0 and sets no read point."""
    assert ben.read(chat) == 0
    assert chats.last_read(chat, ben) is None


def test_unknown_chat_gives_0(ben):
    """A chat that does not exist gives 0."""
    assert ben.read(uuid.uuid4()) == 0


def test_other_chats_are_left_alone(chats, ana, ben, chat):
    """Other chats of the same people are left alone."""
    other = chats.open(ana, ben)
    # The older one, which a read point of this chat would cover.
    ana.send(other)
    ana.send(chat)
    ben.read(chat)
    assert chats.statuses(other) == ["sent"]
    assert ben.unread(other) == 1


def test_outsider_marks_nothing(chats, ana, chat):
    """Who does not take part marks nothing."""
    ana.send(chat)
    stranger = chats.member()
    chats.open(stranger)
    assert stranger.read(chat) == 0
    assert chats.statuses(chat) == ["sent"]


def test_member_who_left_marks_nothing(chats, ana, ben, chat):
    """Who left marks nothing any more."""
    ana.send(chat)
    chats.leave(chat, ben)
    assert ben.read(chat) == 0
    assert chats.statuses(chat) == ["sent"]


@pytest.mark.own_baseline
def test_nobody_reads_for_another_member(chats, ana, ben, chat):
    """Nobody reads in another member's name."""
    ana.send(chat)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="p_user_id is not the caller"):
        ana.call("mark_messages_as_read", p_chat_id=chat, p_user_id=ben.id)
    assert ben.unread(chat) == 1


def test_group_badges_are_independent(chats, ana, ben, chat):
    """One member's reading leaves every other member's badge as it was."""
    eve = chats.member()
    chats.join(chat, eve)
    ana.send(chat)
    ben.send(chat)
    assert [each.unread(chat) for each in (ana, ben, eve)] == [1, 1, 2]
    assert ben.read(chat) == 1
    assert [each.unread(chat) for each in (ana, ben, eve)] == [1, 0, 2]
    # The one message that Ben has read is not counted again, but Eve's badge goes.
    assert eve.read(chat) == 1
    assert [each.unread(chat) for each in (ana, ben, eve)] == [1, 0, 0]
