"""People who send, read and deliver at once, in one chat or in several, never wait in a circle and lose no message."""

import pytest

from tests.functions.fix_together import MEETINGS, Meeting

# A send locks the chat and then its members, a reading the member and then the chat: each is right by itself.
CIRCLE = """
CREATE FUNCTION public.touch_chat() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
  'BEGIN UPDATE chats SET updated_at = now() WHERE id = NEW.chat_id; RETURN NEW; END';
CREATE FUNCTION public.touch_members() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
  'BEGIN UPDATE chat_participants SET joined_at = joined_at WHERE chat_id = NEW.chat_id; RETURN NEW; END';
CREATE TRIGGER touch_chat BEFORE INSERT OR UPDATE ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.touch_chat();
CREATE TRIGGER touch_members AFTER INSERT ON public.chat_messages
  FOR EACH ROW EXECUTE FUNCTION public.touch_members()
"""
PEOPLE, CHATS, ROUNDS = 4, 3, 5


@pytest.mark.parametrize("meeting", MEETINGS, ids=lambda each: f"{each.first} and {each.second}, {each.held} held")
def test_two_calls_never_wait_in_a_circle(errors_of, meeting):
    """Whatever two members do at once in a chat, and wherever they meet, both get it done."""
    found = errors_of(meeting)
    if found:
        pytest.fail(f"while {meeting.held} was held:\n  " + "\n  ".join(found), pytrace=False)


def test_people_in_several_chats_lose_nothing(chats, errors_in_turns):
    """Sends, readings and deliveries in opposite orders all succeed, and each chat has every seq once."""
    people = [chats.member() for _ in range(PEOPLE)]
    opened = [chats.open(*people) for _ in range(CHATS)]
    found = errors_in_turns(people, opened, ROUNDS)
    if found:
        pytest.fail("\n  ".join(["what failed:", *found]), pytrace=False)
    assert [chats.seqs(chat) for chat in opened] == [list(range(1, PEOPLE * ROUNDS + 1))] * CHATS


@pytest.mark.own_baseline
def test_a_circle_of_locks_is_noticed(chats, errors_of):
    """Triggers that lock in another order than a reading deadlock with it, and the server names the statement."""
    chats.admin.execute(CIRCLE)
    (said,) = errors_of(Meeting("read", "send", "who calls first"))
    assert "40P01" in said
    assert "deadlock detected" in said
    assert "waits for ShareLock on transaction" in said
    assert "UPDATE chat" in said
