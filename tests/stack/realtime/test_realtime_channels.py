"""Channels of the stack's realtime service: messages to them, leaving, joining twice, in the order that was sent."""

import pytest


def test_leaving_is_answered_and_closes_the_channel(socket, channel_name):
    """phx_leave is answered ok, then the channel is closed under its join's ref."""
    join_ref, _ = socket.join(channel_name)
    ref = socket.push(f"realtime:{channel_name}", "phx_leave", {}, join_ref)
    assert socket.receive().payload == {"status": "ok", "response": {}}
    closed = socket.receive()
    assert (closed.event, closed.ref, closed.payload) == ("phx_close", join_ref, {})
    assert socket.reply(socket.push(f"realtime:{channel_name}", "broadcast", {"event": "x"}))["status"] == "error"
    assert ref != join_ref


def test_leaving_and_joining_are_taken_in_order(socket, channel_name):
    """What a remounted page sends is taken in order: the old join's close carries the old ref, the new one lives."""
    old, _ = socket.join(channel_name)
    topic = f"realtime:{channel_name}"
    leave = socket.push(topic, "phx_leave", {}, old)
    new = socket.push(topic, "phx_join", {"config": {"broadcast": {"ack": True}}})
    assert [(each.event, each.ref) for each in (socket.receive() for _ in range(3))] == [
        ("phx_reply", leave),
        ("phx_close", old),
        ("phx_reply", new),
    ]
    said = socket.push(topic, "broadcast", {"type": "broadcast", "event": "e", "payload": {}}, new)
    assert socket.reply(said)["status"] == "ok"


def test_a_second_join_closes_the_first(socket, channel_name):
    """A join on a topic that is joined closes the old channel first, with its own refs."""
    old, _ = socket.join(channel_name)
    new = socket.push(f"realtime:{channel_name}", "phx_join", {"config": {}})
    closed, answered = socket.receive(), socket.receive()
    assert (closed.event, closed.ref) == ("phx_close", old)
    assert (answered.event, answered.ref) == ("phx_reply", new)
    if socket.vsn == "2.0.0":
        assert (closed.join_ref, answered.join_ref) == (old, new)


def test_a_late_leave_spares_the_current_join(lobby, channel_name):
    """A leave that names an earlier join is answered under that join and does not end the current one."""
    socket = lobby.socket()
    old, _ = socket.join(channel_name)
    new, _ = socket.join(channel_name)
    socket.settled()
    socket.push(f"realtime:{channel_name}", "phx_leave", {}, old)
    answered = socket.receive()
    assert (answered.event, answered.join_ref) == ("phx_reply", old)
    assert socket.settled() == []
    assert new != old


def test_leaving_what_was_never_joined_is_ok(socket, channel_name):
    """It is answered ok: the client is where it wants to be."""
    assert socket.reply(socket.push(f"realtime:{channel_name}", "phx_leave", {}))["status"] == "ok"


@pytest.mark.parametrize(("topic", "event"), [("realtime:elsewhere", "broadcast"), ("phoenix", "x"), ("", "y")])
def test_a_message_to_an_unjoined_topic_is_refused(socket, topic, event):
    """It is answered with an error."""
    reply = socket.reply(socket.push(topic, event, {}))
    assert reply == {"status": "error", "response": {"reason": "unmatched topic"}}


@pytest.mark.parametrize("topic", ["room", "realtime:", "phoenix"])
def test_only_topics_of_realtime_can_be_joined(socket, topic):
    """Only realtime:<name> can be joined."""
    reply = socket.reply(socket.push(topic, "phx_join", {"config": {}}))
    assert reply == {"status": "error", "response": {"reason": "unmatched topic"}}


def test_an_unknown_event_is_named_and_harmless(socket, channel_name):
    """It is answered with an error that names it, and the channel lives on."""
    join_ref, _ = socket.join(channel_name)
    reply = socket.reply(socket.push(f"realtime:{channel_name}", "dance", {}, join_ref))
    assert (reply["status"], reply["response"]) == ("error", {"reason": "unknown event 'dance'"})
    assert socket.settled() == []


def test_a_private_channel_is_refused(socket, channel_name):
    """Without realtime.messages nobody can be authorized, and the reply says so."""
    _, reply = socket.join(channel_name, private=True)
    assert reply["status"] == "error"
    assert reply["response"]["reason"].startswith("Unauthorized: ")
