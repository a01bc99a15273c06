"""The listener on the embedded stack: subscribed, filtered, refreshed, expired, killed and recovered."""

import pytest

from pgproof.history import Line, Observer, Recorder, Row, check
from pgproof.realtime import Listener, State, phoenix
from pgproof.supabase.api import Api

BURST = 40


@pytest.fixture
def own_room(lobby):
    """A chat of its own, whose first member listens."""
    return lobby.room()


@pytest.fixture
def listen_on_stack(lobby):
    """A listener with a token that connects again almost at once."""

    def listen(token, **more):
        stack = lobby.stack
        return Listener(stack.api_url, stack.anon_key, token, **{"backoff": (0.05, 0.2), **more})

    return listen


def to(listener, room, **more):
    """To the messages of a room, live."""
    subscription = listener.subscribe("chat_messages", filter=f"chat_id=eq.{room.chat}", **more)
    subscription.wait_live()
    return subscription


def arrives(subscription, message):
    return subscription.wait_for(lambda change: change.record.get("id") == message)


@pytest.mark.parametrize("vsn", phoenix.VERSIONS)
def test_only_what_is_said_in_the_room_arrives(lobby, own_room, listen_on_stack, vsn):
    """What is said in the room arrives, what is said elsewhere does not, and the protocol is kept."""
    elsewhere = lobby.room()
    with listen_on_stack(lobby.token(own_room.members[0]), vsn=vsn) as listener:
        subscription = to(listener, own_room, event="INSERT")
        elsewhere.say("not for this one")
        messages = [own_room.say("one"), own_room.say("two", 1)]
        arrives(subscription, messages[1])
        assert [change.record["id"] for change in subscription.events] == messages
        assert subscription.events[0].record["seq"] == 1
        assert subscription.events[0].commit_timestamp is not None
        assert listener.faults == ()


def test_a_members_token_brings_what_an_outsider_did_not_get(lobby, own_room, listen_on_stack):
    """With a member's token in force, what was hidden from the outsider before arrives."""
    with (
        listen_on_stack(lobby.token(own_room.members[0])) as member,
        listen_on_stack(lobby.token(own_room.outsider)) as listener,
    ):
        subscription = to(listener, own_room)
        # Who may see a change is decided when it comes through the feed, which the member's listener shows.
        watched = to(member, own_room)
        arrives(watched, own_room.say("hidden"))
        listener.refresh(lobby.token(own_room.members[0]))
        subscription.wait_live(times=2)
        message = own_room.say("shown")
        arrives(subscription, message)
        assert [change.record["id"] for change in subscription.events] == [message]
        assert listener.faults == ()


def test_an_expired_token_closes_the_channel_and_a_new_one_joins_again(lobby, own_room, listen_on_stack):
    """A token that runs out closes the channel, which says why; a new one joins it again."""
    # Longer than the time between the error and the close.
    with listen_on_stack(lobby.token(own_room.members[0]), backoff=(5,)) as listener:
        subscription = to(listener, own_room)
        subscription.wait_live()
        listener.refresh(lobby.token(own_room.members[0], seconds=2))
        subscription.wait_state(State.CLOSED)
        assert "Token has expired" in subscription.states[-1][2]
        listener.refresh(lobby.token(own_room.members[0]))
        subscription.wait_live(times=2)
        arrives(subscription, own_room.say("again"))


def test_a_burst_arrives_whole_although_it_is_cut_off_twice(lobby, own_room, listen_on_stack):
    """Cut off twice while messages come, it has them all in the end, each once, in order: by event or by snapshot."""
    token = lobby.token(own_room.members[0])
    api = Api(lobby.stack.api_url, lobby.stack.anon_key, token)
    chat = Recorder()
    chat.observer(Observer("listener"))

    def rows():
        return api.select("chat_messages", chat_id=f"eq.{own_room.chat}", order="seq")

    def line(row):
        return Line(row["message_text"], status=row["status"])

    def say(text):
        chat.sent(text, "somebody")
        message = own_room.say(text)
        chat.acknowledged(text)
        return message

    with listen_on_stack(token) as listener:
        subscription = to(listener, own_room, on_live=lambda _: chat.view("listener", map(line, rows()), at_rest=True))
        for n in range(BURST):
            with listener.changed:
                # As long as this is held, it cannot connect again.
                if n in (BURST // 3, BURST // 2):
                    listener.drop()
                say(f"message {n}")
            if n == BURST // 2 - 1:
                subscription.wait_live(times=2)
        subscription.wait_live(times=3)
        arrives(subscription, say("the last"))
    for change in subscription.events:
        chat.heard("listener", change.type, line(change.record), change.received)
    chat.stored(Row(row["message_text"], row["seq"], status=row["status"]) for row in rows())
    judgement = check(chat.history())
    assert judgement.good, "\n".join(judgement.lines())
