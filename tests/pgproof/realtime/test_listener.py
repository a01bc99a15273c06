"""The listener over a real socket, against a small server that says what a test scripts."""

import time
from http import HTTPStatus
from queue import Queue
from urllib.parse import parse_qs, urlsplit

import pytest

from pgproof.realtime import State
from pgproof.timing import unit
from tests.pgproof.realtime.scripted import KEY, NEXT, next_of


def test_it_goes_live_and_brings_each_change_once_in_order(scripted_server, listen):
    """It says who it is, goes live, and brings each change once, in order."""
    with listen() as listener:
        subscription = listener.subscribe("chat_messages", filter="chat_id=eq.1", event="INSERT")
        subscription.wait_live()
        assert subscription.lives == 1
        asked = urlsplit(next_of(scripted_server.requests))
        assert asked.path == "/realtime/v1/websocket"
        assert parse_qs(asked.query) == {"apikey": [KEY], "vsn": ["1.0.0"]}
        socket = next_of(scripted_server.sockets)
        for n in range(3):
            scripted_server.insert(socket, subscription.topic, id=n)
        last = subscription.wait_for(lambda change: change.record["id"] == 2)
        assert [change.record["id"] for change in subscription.events] == [0, 1, 2]
        assert subscription.events[2] is last
        assert 0 <= time.monotonic() - last.received.monotonic < 10 * unit()
        assert listener.faults == ()


@pytest.mark.parametrize("side", ["server", "listener"])
def test_it_is_live_again_after_a_cut(scripted_server, listen, side):
    """After a loss it is live again by itself, and its owner is called each time, to read what it missed."""
    snapshots = Queue()
    with listen() as listener:
        subscription = listener.subscribe("chat_messages", on_live=lambda live: snapshots.put(live.lives))
        subscription.wait_live()
        if side == "listener":
            listener.drop()
        else:
            next_of(scripted_server.sockets).socket.shutdown(2)
        subscription.wait_live(times=2)
        assert [next_of(snapshots), next_of(snapshots)] == [1, 2]
        assert [str(state) for _, state, _ in subscription.states][3:] == ["offline", "joining", "joined", "live"]


def test_it_tries_until_a_server_takes_it(scripted_server, listen):
    """It tries until there is a server that takes it."""
    scripted_server.refuses = (HTTPStatus.INTERNAL_SERVER_ERROR, "not yet")
    with listen() as listener:
        subscription = listener.subscribe("chat_messages")
        for _ in range(3):
            next_of(scripted_server.requests)
        scripted_server.refuses = None
        subscription.wait_live()


def test_a_new_token_makes_it_live_once_more(scripted_server, listen):
    """A new token is sent, and once it is in force the subscription has gone live twice."""
    with listen() as listener:
        subscription = listener.subscribe("chat_messages")
        subscription.wait_live()
        listener.refresh(NEXT)
        subscription.wait_live(times=2)
        assert [next_of(scripted_server.heard).event for _ in range(2)] == ["phx_join", "access_token"]


def test_what_is_left_stays_left_and_the_rest_stays_live(scripted_server, listen):
    """A subscription that is left stays left, and the others stay live."""
    with listen() as listener:
        one, other = listener.subscribe("chat_messages"), listener.subscribe("chats")
        one.wait_live()
        one.leave()
        other.wait_live()
        assert (one.state, other.state) == (State.LEFT, State.LIVE)
