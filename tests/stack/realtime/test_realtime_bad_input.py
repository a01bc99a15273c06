"""What clients must not be able to do to the realtime service, to each other, or to its memory."""

import json

import pytest
from websockets.exceptions import ConnectionClosed

from tests.stack.realtime.fix_sockets import as_frame, wanted

BAD_FRAMES = {
    "1.0.0": ["", "nonsense", "[1", "[]", "5", as_frame({"event": "e"}), as_frame({"topic": 5, "event": "e"}), b"\x03"],
    "2.0.0": [
        "nonsense",
        "{}",
        "[1,2,3,4]",
        as_frame(None, None, "t", None, {}),
        as_frame({"a": 1}, None, "t", "e", {}),
        as_frame(None, 7, "t", "e", {}),
        '[null,null,"t","e",NaN]',
        '[null,null,"\\ud800","e",{}]',
        "[" * 100_000,
        "9" * 10_000,
        b"",
        b"\x03",
        b"\x04\0\0\0\0\0\0",
        b"\x03\xff\xff\xff\xff\xff\x01short",
        b"\x03\x00\x00\x01\x00\x00\x01\xff{}",
        b"\x03\x00\x00\x01\x01\x00\x07te",
        b"\x03\x00\x00\x01\x01\x00\x01te{",
    ],
}


def closing(socket):
    """The code the server closed it with."""
    try:
        while True:
            socket.connection.recv(10)
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


@pytest.mark.parametrize(("vsn", "frame"), [(vsn, frame) for vsn, bad in BAD_FRAMES.items() for frame in bad])
def test_a_malformed_frame_closes_the_socket(lobby, vsn, frame):
    """It is the end of the socket that sent it, with 1007, and of no other."""
    other, socket = lobby.socket(vsn), lobby.socket(vsn)
    socket.connection.send(frame)
    assert closing(socket) == 1007
    assert other.settled() == []


@pytest.mark.parametrize(
    "payload",
    [
        "text",
        [],
        {"config": []},
        {"config": {"broadcast": 5}},
        {"config": {"presence": {"key": 5}}},
        {"config": {"postgres_changes": {}}},
        {"config": {"postgres_changes": [5]}},
        {"config": {"postgres_changes_options": {"wait": True, "timeout": -1}}},
        {"config": {"broadcast": {"replay": {"since": 0}}}},
        {"config": {}, "access_token": 5},
    ],
)
def test_a_malformed_join_is_answered_with_an_error(lobby, payload):
    """It is answered with an error that names a code and the reason."""
    socket = lobby.socket()
    reply = socket.reply(socket.push("realtime:t", "phx_join", payload))
    assert reply["status"] == "error"
    code, _, reason = reply["response"]["reason"].partition(": ")
    assert code.isalpha()
    assert reason


@pytest.mark.parametrize("payload", [None, {}, {"config": None}, {"config": {"broadcast": None, "new": {"key": 1}}}])
def test_an_empty_join_has_its_defaults(lobby, payload):
    """What is left out has its default, and what is unknown is ignored."""
    socket = lobby.socket()
    reply = socket.reply(socket.push("realtime:t", "phx_join", payload))
    assert reply == {"status": "ok", "response": {"postgres_changes": []}}


def test_sql_is_only_text(lobby):
    """Quotes, semicolons and comments in every name and value are names and values."""
    room = lobby.room()
    socket = lobby.socket()
    hostile = ["'; DROP TABLE chats; --", '"; DROP TABLE chats; --', "$$;DROP TABLE chats;--", "%s%(x)s{}", "\\'"]
    for place, text in enumerate(hostile):
        for entry in (
            {"event": "*", "schema": text, "table": "chats"},
            {"event": "*", "schema": "public", "table": text, "filter": "id=eq.1"},
            wanted("chats", f"{text.replace('=', '')}=eq.1"),
            wanted("chats", select=[text]),
        ):
            socket.join(f"{place}", entry, token=lobby.token(room.members[0]))
            assert socket.wait("system").payload["status"] == "error"
        quoted = json.dumps(text)
        socket.subscribe(
            "value", wanted("chat_messages", f"message_text=eq.{quoted}"), token=lobby.token(room.members[0])
        )
        room.say("something else")
        room.say(text)
        assert socket.change()["record"]["message_text"] == text
