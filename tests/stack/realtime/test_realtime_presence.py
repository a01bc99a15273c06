"""Presence: who is on a topic, in the shapes that clients merge."""

import uuid
from socket import SHUT_RDWR

import pytest


@pytest.fixture(params=["1.0.0", "2.0.0"])
def vsn(request):
    """Both framings."""
    return request.param


def enter(lobby, name, key="", vsn="2.0.0"):
    """Join with presence; the socket, the join's ref and the state that was there."""
    socket = lobby.socket(vsn)
    join_ref, _ = socket.join(name, presence={"enabled": True, "key": key})
    return socket, join_ref, socket.wait("presence_state").payload


def tell(socket, name, join_ref, event, payload=None):
    """Track or untrack, and the reply's status."""
    message = {"type": "presence", "event": event, **({} if payload is None else {"payload": payload})}
    return socket.reply(socket.push(f"realtime:{name}", "presence", message, join_ref))["status"]


def metas(side):
    """{key: [meta without its references]}; every meta has to have one."""
    assert all(meta["phx_ref"] for entry in side.values() for meta in entry["metas"])
    return {
        key: [
            {name: value for name, value in meta.items() if not name.startswith("phx_ref")} for meta in entry["metas"]
        ]
        for key, entry in side.items()
    }


def test_others_learn_who_comes_and_goes(lobby, channel_name, vsn):
    """Others learn who tracks, changes and goes, and who comes later is told who is there."""
    one, one_ref, state = enter(lobby, channel_name, "one", vsn)
    assert state == {}
    two, two_ref, _ = enter(lobby, channel_name, "two", vsn)
    assert tell(one, channel_name, one_ref, "track", {"at": "desk"}) == "ok"
    joined = two.wait("presence_diff").payload
    assert (metas(joined["joins"]), joined["leaves"]) == ({"one": [{"at": "desk"}]}, {})
    assert one.wait("presence_diff").payload == joined

    assert tell(one, channel_name, one_ref, "track", {"at": "door"}) == "ok"
    moved = two.wait("presence_diff").payload
    assert (metas(moved["joins"]), moved["leaves"]) == ({"one": [{"at": "door"}]}, joined["joins"])
    assert moved["joins"]["one"]["metas"][0]["phx_ref_prev"] == joined["joins"]["one"]["metas"][0]["phx_ref"]

    _, _, state = enter(lobby, channel_name, "three", vsn)
    assert metas(state) == {"one": [{"at": "door"}]}

    assert tell(one, channel_name, one_ref, "untrack") == "ok"
    gone = two.wait("presence_diff").payload
    assert (gone["joins"], gone["leaves"]) == ({}, moved["joins"])
    assert tell(two, channel_name, two_ref, "untrack") == "ok"
    assert two.settled() == []


@pytest.mark.parametrize("how", ["leave", "disconnect", "expiry"])
def test_whoever_is_gone_is_told_of(lobby, channel_name, how):
    """Leaving the channel, losing the socket and an expired token all end a presence."""
    witness, _, _ = enter(lobby, channel_name)
    socket = lobby.socket()
    guest = str(uuid.uuid4())
    join_ref, _ = socket.join(channel_name, token=lobby.token(guest), presence={"enabled": True, "key": "guest"})
    tell(socket, channel_name, join_ref, "track", {})
    assert witness.wait("presence_diff").payload["joins"].keys() == {"guest"}
    if how == "leave":
        socket.push(f"realtime:{channel_name}", "phx_leave", {}, join_ref)
    elif how == "disconnect":
        socket.connection.socket.shutdown(SHUT_RDWR)
    else:
        socket.push(f"realtime:{channel_name}", "access_token", {"access_token": lobby.token(guest, 2)}, join_ref)
    assert witness.wait("presence_diff").payload["leaves"].keys() == {"guest"}


def test_two_sockets_of_one_user_are_two_metas(lobby, channel_name):
    """Two sockets of one user are two metas of one key; when one goes the other stays."""
    one, one_ref, _ = enter(lobby, channel_name, "user")
    two, two_ref, _ = enter(lobby, channel_name, "user")
    tell(one, channel_name, one_ref, "track", {"tab": 1})
    tell(two, channel_name, two_ref, "track", {"tab": 2})
    _, _, state = enter(lobby, channel_name)
    assert metas(state) == {"user": [{"tab": 1}, {"tab": 2}]}
    tell(one, channel_name, one_ref, "untrack")
    _, _, state = enter(lobby, channel_name)
    assert metas(state) == {"user": [{"tab": 2}]}


def test_an_empty_key_becomes_an_id(lobby, channel_name):
    """Who gives no key is known by a UUID of the server's."""
    socket, join_ref, _ = enter(lobby, channel_name)
    tell(socket, channel_name, join_ref, "track", {})
    (key,) = socket.wait("presence_diff").payload["joins"]
    assert str(uuid.UUID(key)) == key


def test_presence_is_sent_only_where_asked_for(lobby, channel_name):
    """Who has not asked for it is sent none of it, until it shows itself."""
    socket = lobby.socket()
    join_ref, _ = socket.join(channel_name)
    guest, guest_ref, _ = enter(lobby, channel_name, "guest")
    tell(guest, channel_name, guest_ref, "track", {})
    assert socket.settled() == []
    tell(socket, channel_name, join_ref, "track", {})
    assert {each.event for each in socket.passed} == {"presence_state"}
    assert len(socket.wait("presence_diff").payload["joins"]) == 1


@pytest.mark.parametrize("payload", [None, {}, {"event": "dance"}, {"event": "track", "payload": [1]}])
def test_a_malformed_presence_is_answered_with_an_error(lobby, channel_name, payload):
    """It is answered with an error."""
    socket, join_ref, _ = enter(lobby, channel_name)
    assert socket.reply(socket.push(f"realtime:{channel_name}", "presence", payload, join_ref))["status"] == "error"
