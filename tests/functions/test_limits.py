"""Where the promises end as long as no column is added and no signature changes, and what would lift each limit.

These tests hold what is so today. One that fails after a schema change has become a promise: turn it round.
"""

import pytest

pytestmark = pytest.mark.own_baseline


def test_arrival_between_load_and_call_counts_as_read(ana, ben, chat):
    """A message that was committed after the page loaded, but before its call, counts as read.

    The call says "all of this chat", not "up to what I showed". A parameter p_up_to_seq would lift this.
    """
    ana.send(chat)
    shown = ben.seen(chat)
    ana.send(chat)
    ben.read(chat)
    assert (shown, ben.unread(chat)) == ([1], 0)


def test_undeleted_message_is_not_unread(chats, ana, ben, chat):
    """A message that was deleted while others read, and is brought back, is not unread to them.

    A trigger that gives it a new seq when deleted_at becomes NULL, or refuses that, would lift this.
    """
    message = ana.send(chat)
    ana.delete(message.id)
    ben.read(chat)
    ana.delete(message.id, deleted=False)
    assert (ben.seen(chat), ben.unread(chat), chats.statuses(chat)) == ([1], 0, ["sent"])


def test_rewritten_time_makes_a_read_message_unread(chats, ana, ben, chat):
    """The service role, which may write created_at, makes a read message unread, or one never seen read.

    A column chat_participants.last_read_seq, compared with seq, would lift this.
    """
    ana.send(chat)
    ben.read(chat)
    service = chats.service()
    service.query("UPDATE public.chat_messages SET created_at = clock_timestamp() RETURNING id")
    after_an_edit = ben.unread(chat)
    ana.send(chat)
    service.query("UPDATE public.chat_messages SET created_at = '2020-01-01' RETURNING id")
    assert (after_an_edit, ben.unread(chat)) == (1, 0)


def test_status_is_not_for_each_member(chats, ana, ben, chat):
    """In a group the first reader turns the ticks for all; only badges are each member's own.

    A table of receipts, one row for each message and member, would lift this.
    """
    eve = chats.member()
    chats.join(chat, eve)
    ana.send(chat)
    ben.read(chat)
    assert (chats.statuses(chat), eve.read(chat)) == (["read"], 0)


def test_erased_message_gives_its_seq_back(chats, ana, ben, chat):
    """When the newest message is erased, not just marked as deleted, its seq is given out again, and is unread.

    No user may erase. A counter chats.last_seq would lift this.
    """
    message = ana.send(chat)
    ben.read(chat)
    chats.admin.execute("DELETE FROM public.chat_messages WHERE id = %s", [message.id])
    assert ana.latest(chat) == 0
    assert ana.send(chat).seq == 1
    assert ben.unread(chat) == 1


def test_deleted_text_can_be_read(ana, ben, chat):
    """Members can still read what a deleted message said: the page does not show it, but the row is theirs to see.

    Realtime needs the row to be visible to say that it was deleted. Emptying message_text on deletion would lift this.
    """
    message = ana.send(chat, message_text="gone")
    ana.delete(message.id)
    assert ben.query("SELECT message_text FROM public.chat_messages") == [("gone",)]


def test_third_person_can_join_a_direct_chat(chats, ana, ben, chat):
    """Who made a direct chat can bring a third person in, who then reads what was said before.

    A trigger that counts the participants of a direct chat would lift this.
    """
    chats.admin.execute("UPDATE public.chats SET type = 'direct'")
    eve = chats.member()
    ana.send(chat, message_text="between us")
    ana.query(
        "INSERT INTO public.chat_participants (chat_id, user_id) VALUES (%(chat)s, %(eve)s) RETURNING id",
        {"chat": chat, "eve": eve.id},
    )
    assert len(eve.seen(chat)) == 1


def test_any_member_can_send_a_system_message(ana, chat):
    """Any member can send a message of type 'system', so a page must not trust the type.

    Taking message_type out of the API role's column grant, and sending system messages by a function, would lift this.
    """
    message = ana.send(chat, message_type="system")
    assert ana.query("SELECT message_type FROM public.chat_messages WHERE id = %(id)s", {"id": message.id}) == [
        ("system",)
    ]
