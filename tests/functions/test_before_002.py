"""Before 002 mark_messages_as_read returns nothing; an environment that does not need 002 counts already."""

import psycopg
import pytest

from tests.functions.fix_chats import Chats

pytestmark = pytest.mark.own_baseline


@pytest.fixture
def before_002(baseline, connect):
    """Chats in the environment as it was, two people, and a chat of theirs."""
    chats = Chats(baseline, connect)
    ana, ben = chats.member(), chats.member()
    return chats, ana, ben, chats.open(ana, ben)


def needs_002(environment):
    """Whether its functions are those of staging before the migration."""
    return any(script.name.startswith("002") for script in environment.migrations)


def test_reading_returns_nothing_on_staging(environment, before_002):
    """Production's returns how many, staging's returns nothing; 002 is what changes that."""
    _, ana, ben, chat = before_002
    ana.send(chat)
    query = "SELECT pg_typeof(r)::text, r::text FROM public.mark_messages_as_read(%(chat)s, %(user)s) AS r"
    found = ben.query(query, {"chat": chat, "user": ben.id})
    assert found == ([("void", "")] if needs_002(environment) else [("bigint", "1")])


def test_reading_marks_what_others_wrote(before_002):
    """In both, what others wrote becomes read, and own messages do not."""
    chats, ana, ben, chat = before_002
    ana.send(chat)
    ben.send(chat)
    ben.call("mark_messages_as_read", p_chat_id=chat, p_user_id=ben.id)
    assert chats.statuses(chat) == ["read", "sent"]
    assert chats.last_read(chat, ben) is not None


def test_unread_count_is_missing_on_staging(environment, before_002):
    """Staging has no get_unread_count yet."""
    _, ana, ben, chat = before_002
    ana.send(chat)
    if needs_002(environment):
        with pytest.raises(psycopg.errors.UndefinedFunction):
            ben.unread(chat)
    else:
        assert ben.unread(chat) == 1


def test_reading_for_another_succeeds_on_staging(environment, before_002):
    """Staging's lets any user mark messages in another's name, which 002 ends."""
    chats, ana, ben, chat = before_002
    ana.send(chat)
    stranger = chats.member()
    if needs_002(environment):
        stranger.call("mark_messages_as_read", p_chat_id=chat, p_user_id=ben.id)
        assert chats.statuses(chat) == ["read"]
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            stranger.call("mark_messages_as_read", p_chat_id=chat, p_user_id=ben.id)


def test_sending_and_delivery_are_as_afterwards(before_002):
    """The functions that no migration touches do what they do afterwards."""
    chats, ana, ben, chat = before_002
    assert [ana.send(chat).seq for _ in range(3)] == [1, 2, 3]
    assert (ben.deliver(chat), ben.latest(chat)) == (3, 3)
    assert chats.statuses(chat) == ["delivered"] * 3
