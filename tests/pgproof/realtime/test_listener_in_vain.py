"""The listener when what is awaited does not come: it says why, in time, and without a secret."""

from http import HTTPStatus
from queue import Queue

import pytest

from pgproof.errors import UsageError
from pgproof.realtime import Listener, NotInTime, Rejected, State
from tests.pgproof.realtime.scripted import KEY, NEXT, TOKEN, next_of


def test_a_closed_channel_is_not_waited_for(scripted_server, listen):
    """What the server closes is not waited for in vain; a new token joins it again."""
    with listen() as listener:
        subscription = listener.subscribe("chat_messages")
        subscription.wait_live()
        scripted_server.say(
            next_of(scripted_server.sockets), subscription.topic, "phx_close", {}, scripted_server.join_ref
        )
        subscription.wait_state(State.CLOSED)
        with pytest.raises(NotInTime, match=r"live 2 times on .*, which is closed, and nothing more will come"):
            subscription.wait_live(times=2)
        listener.refresh(NEXT)
        subscription.wait_live(times=2)


def test_a_server_that_answers_no_heartbeat_is_left(scripted_server, listen):
    """A server that answers no heartbeat is left for a new connection."""
    scripted_server.answers_beats = False
    with listen(heartbeat=0.05) as listener:
        subscription = listener.subscribe("chat_messages")
        subscription.wait_live()
        subscription.wait_live(times=2)
        assert "a heartbeat was not answered" in [reason for _, _, reason in subscription.states]


def test_a_wait_in_vain_says_what_was_awaited_without_a_token(scripted_server, listen):
    """A wait that ends in vain says what was awaited, how things stand and what was said, without a token."""
    scripted_server.says_live = False
    with listen() as listener:
        subscription = listener.join(name="room")
        subscription.wait_live()
        subscription = listener.subscribe("chat_messages")
        subscription.wait_state(State.JOINED)
        with pytest.raises(NotInTime) as raised:
            subscription.wait_live(seconds=0.05)
        says = str(raised.value)
        assert says.startswith("waited for live on realtime:listener-2, which is joined, for ")
        assert "→" in says
        assert '"access_token": "***"' in says
        assert TOKEN not in says + repr(listener.frames)
        assert KEY not in says + repr(listener.frames)


def test_a_rejected_connection_is_not_tried_again(scripted_server, listen):
    """A server that rejects the connection is not tried again, and the next wait says what it said."""
    scripted_server.refuses = (HTTPStatus.UNAUTHORIZED, f'{{"error": "no such key: {KEY}"}}')
    with pytest.raises(Rejected, match=r"HTTP 401 .*no such key: \*\*\*"), listen() as listener:
        listener.subscribe("chat_messages").wait_live()


def test_what_the_owners_function_raises_is_not_lost(scripted_server, listen):
    """What the owner's own function raises is not lost: the next wait raises it, and so does the end."""
    called = Queue()

    def fail(subscription):
        called.put(subscription)
        raise LookupError("the snapshot failed")

    with pytest.raises(LookupError, match="the snapshot failed"), listen() as listener:
        listener.subscribe("chat_messages", on_live=fail).wait_live(times=2)
    next_of(called)
    with pytest.raises(LookupError, match="the snapshot failed"), listen() as listener:
        assert listener.subscribe("chat_messages", on_live=fail) is next_of(called)


def test_no_key_and_no_token_is_logged(scripted_server, listen, caplog):
    """Whatever is logged, no key and no token is."""
    caplog.set_level("DEBUG", "websockets.client")
    with listen() as listener:
        listener.subscribe("chat_messages").wait_live()
    assert not [record for record in caplog.records if record.name == "pgproof.realtime"]
    assert KEY not in caplog.text + repr(listener.__dict__)
    assert TOKEN not in caplog.text + repr(listener.__dict__)


@pytest.mark.parametrize("url", ["", "ref.supabase.co", "postgresql://host/db"])
def test_an_invalid_address_is_refused(url):
    """What is not an address is refused before anything is tried."""
    with pytest.raises(UsageError, match="is not a valid API address; expected one such as https://"):
        Listener(url, KEY)


def test_an_unknown_version_is_refused():
    """So is a version that nobody speaks."""
    with pytest.raises(UsageError, match=r"unknown protocol version '3'; expected one of 1\.0\.0, 2\.0\.0"):
        Listener("http://127.0.0.1:1", KEY, vsn="3")
