"""The listener's core when a channel is left: with an answer, without one, and to be joined again at once."""

import pytest

from pgproof.realtime import State
from pgproof.realtime.channel import Channel
from tests.pgproof.realtime.dialogue import TOPIC, WANTED


def test_a_channel_is_left_with_the_servers_answer(dialogue):
    """It is left with the server's answer, and what comes after does not count."""
    dialogue.live()
    dialogue.channel.leave(dialogue.now)
    (leave,) = dialogue.sent()
    assert dialogue.channel.state is State.LEAVING
    dialogue.says("phx_reply", {"status": "ok", "response": {}}, leave.ref)
    dialogue.says("phx_close", ref=dialogue.join_ref)
    dialogue.change(10)
    assert dialogue.channel.state is State.LEFT
    assert dialogue.channel.changes == []
    assert dialogue.passes(20) == []


def test_a_topic_can_be_joined_before_its_leave_is_answered(dialogue):
    """The same topic can be joined before the leave is answered, and the late close does not touch it."""
    dialogue.live()
    earlier = dialogue.join_ref
    with pytest.raises(ValueError, match=f"{TOPIC} is joined already; leave it first"):
        dialogue.session.add(dialogue.channel, dialogue.now)
    dialogue.channel.leave(dialogue.now)
    again = Channel("room", WANTED, dialogue.wire, backoff=(1,), patience=10)
    dialogue.session.add(again, dialogue.now)
    leave, join = dialogue.sent()
    assert (leave.event, join.event, dialogue.channel.state) == ("phx_leave", "phx_join", State.LEFT)
    dialogue.says("phx_reply", {"status": "ok", "response": {}}, leave.ref, earlier)
    dialogue.says("phx_close", ref=earlier, join_ref=earlier)
    assert again.state is State.JOINING


def test_what_is_left_without_a_socket_is_left(dialogue):
    """What is left without a socket, or loses it while being left, is left."""
    dialogue.live()
    dialogue.channel.leave(dialogue.now)
    dialogue.session.lost(dialogue.now, "cut")
    assert dialogue.channel.state is State.LEFT
    assert dialogue.opened() == []
