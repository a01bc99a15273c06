"""Broadcasts reach everybody else on the topic, in text and in binary, over sockets and over HTTP."""

import json

import pytest

from tests.stack.realtime.hearing import SHOUT, both, delivered, text


def push(*texts, encoding=1, payload=b'{"n":1}'):
    """A binary broadcast, as JavaScript's client sends every one. texts: join_ref, ref, topic, event, metadata."""
    parts = [text.encode() for text in texts]
    return bytes([3, *map(len, parts), encoding]) + b"".join(parts) + payload


def test_a_text_broadcast_reaches_both_framings(lobby, accented_name):
    """A text broadcast reaches the others of both framings, and not the sender."""
    (one, _), (two, _) = both(lobby, accented_name)
    sender = lobby.socket("1.0.0")
    sender.join(accented_name)
    sender.push(
        f"realtime:{accented_name}", "broadcast", {"type": "broadcast", "event": SHOUT, "payload": {"n": SHOUT}}
    )
    assert text(one) == {"type": "broadcast", "event": SHOUT, "payload": {"n": SHOUT}}
    topic, event, metadata, encoding, payload = delivered(two.connection.recv(10))
    assert (topic, event, metadata, encoding) == (f"realtime:{accented_name}", SHOUT, "", 1)
    assert json.loads(payload) == {"n": SHOUT}
    assert sender.settled() == []


def test_a_binary_broadcast_reaches_both_framings(lobby, accented_name):
    """A binary broadcast with names that are not ASCII reaches the others of both framings."""
    (one, _), (two, _) = both(lobby, accented_name)
    sender = lobby.socket("2.0.0")
    join_ref, _ = sender.join(accented_name, broadcast={"ack": True})
    sender.connection.send(push(join_ref, "99", f"realtime:{accented_name}", SHOUT, '{"persist":true}'))
    assert sender.reply("99") == {"status": "ok", "response": {}}
    assert text(one) == {"type": "broadcast", "event": SHOUT, "payload": {"n": 1}}
    assert delivered(two.connection.recv(10)) == (f"realtime:{accented_name}", SHOUT, "", 1, b'{"n":1}')


def test_raw_bytes_reach_only_version_2(lobby, accented_name):
    """Bytes reach sockets of version 2 as they are, and those of version 1 not at all."""
    (one, _), (two, join_ref) = both(lobby, accented_name, broadcast={"self": True})
    two.connection.send(push(join_ref, "9", f"realtime:{accented_name}", "raw", "", encoding=0, payload=b"\x00\xff"))
    assert delivered(two.connection.recv(10)) == (f"realtime:{accented_name}", "raw", "", 0, b"\x00\xff")
    assert one.settled() == []


def test_names_too_long_for_binary_come_as_text(lobby):
    """A broadcast whose names have over 255 bytes comes as text."""
    name = "é" * 150
    (one, join_ref), (two, _) = both(lobby, name)
    one.push(f"realtime:{name}", "broadcast", {"type": "broadcast", "event": "e", "payload": {}}, join_ref)
    frame = json.loads(two.connection.recv(10))
    assert frame == [None, None, f"realtime:{name}", "broadcast", {"type": "broadcast", "event": "e", "payload": {}}]


def test_self_and_ack_come_only_when_asked_for(lobby, accented_name):
    """Self brings one's own broadcast back, ack a reply; without them neither comes."""
    for config in ({}, {"ack": True}, {"self": True}, {"ack": True, "self": True}):
        socket = lobby.socket("1.0.0")
        join_ref, _ = socket.join(f"{accented_name}-{config}", broadcast=config)
        message = {"type": "broadcast", "event": "e", "payload": {}}
        socket.push(f"realtime:{accented_name}-{config}", "broadcast", message, join_ref)
        events = {each.event for each in socket.settled()}
        expected = {"ack": "phx_reply", "self": "broadcast"}
        assert events == {expected[option] for option in config}


def test_who_left_gets_nothing(lobby, accented_name):
    """A broadcast reaches neither who left nor other topics."""
    (one, join_ref), (two, other) = both(lobby, accented_name)
    elsewhere = lobby.socket()
    elsewhere.join(f"{accented_name} too")
    one.push(f"realtime:{accented_name}", "phx_leave", {}, join_ref)
    one.settled()
    two.push(f"realtime:{accented_name}", "broadcast", {"type": "broadcast", "event": "e", "payload": {}}, other)
    assert two.settled() == one.settled() == elsewhere.settled() == []


@pytest.mark.parametrize("payload", [None, [], "x", {}, {"event": 5}, {"event": "\ud800"}])
def test_a_malformed_broadcast_is_answered_with_an_error(lobby, accented_name, payload):
    """It is answered with an error, and nobody gets it."""
    (one, join_ref), (two, _) = both(lobby, accented_name)
    reply = one.reply(one.push(f"realtime:{accented_name}", "broadcast", payload, join_ref))
    assert reply["status"] == "error"
    assert two.settled() == []
