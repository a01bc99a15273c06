"""The stack's realtime service speaks Phoenix channels as Supabase's does: connecting, joining, leaving."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.stack.forged import bad_tokens
from tests.stack.realtime.fix_sockets import PATH, wanted


@pytest.mark.parametrize("path", [PATH, "/socket/websocket"])
@pytest.mark.parametrize("key", ["anon_key", "service_role_key", "publishable_key"])
def test_both_paths_and_every_key_open_the_socket(lobby, path, key):
    """The socket opens under the project's path and a bare server's, with each of the project's keys."""
    with connect(lobby.address(key=getattr(lobby.stack, key), path=path)) as opened:
        opened.send(json.dumps([None, "1", "phoenix", "heartbeat", {}]))
        assert json.loads(opened.recv(10)) == [None, "1", "phoenix", "phx_reply", {"status": "ok", "response": {}}]


def test_the_key_may_come_as_a_header(lobby):
    """x-api-key stands for the parameter, and no vsn means 1.0.0."""
    address = lobby.address(vsn=None).replace(f"apikey={lobby.stack.anon_key}", "")
    with connect(address, additional_headers={"x-api-key": lobby.stack.anon_key}) as opened:
        opened.send(json.dumps({"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "7"}))
        answer = json.loads(opened.recv(10))
    assert answer == {
        "ref": "7",
        "topic": "phoenix",
        "event": "phx_reply",
        "payload": {"status": "ok", "response": {}},
    }


def rejection(address):
    """Status and body of a handshake that is refused."""
    with pytest.raises(InvalidStatus) as refused, connect(address):
        pass
    response = refused.value.response
    return response.status_code, json.loads(response.body)


def test_a_bad_key_is_rejected_by_http(lobby):
    """Whatever is wrong with the key, the handshake is answered with 401 and says why, without the key."""
    tokens = list(bad_tokens(lobby.stack.jwt_secret).values())
    # At once: each waits for its refusal.
    with ThreadPoolExecutor(len(tokens)) as pool:
        rejections = list(pool.map(rejection, [lobby.address(key=token) for token in tokens]))
    for token, (status, body) in zip(tokens, rejections, strict=True):
        assert status == 401
        assert body.keys() == {"error"}
        assert token not in body["error"]


def test_an_unknown_framing_is_rejected(lobby):
    """Vsn 3.0.0 is answered with 403."""
    status, body = rejection(lobby.address(vsn="3.0.0"))
    assert status == 403
    assert "3.0.0" in body["error"]


def test_a_plain_request_is_no_websocket(lobby):
    """HTTP on the websocket's path is not found."""
    assert httpx.get(f"{lobby.stack.api_url}{PATH}").status_code == 404


def test_entries_are_echoed_exactly(lobby, socket, channel_name):
    """The reply holds each entry of postgres_changes as it was sent, in order, with an id."""
    entries = [
        wanted("chat_messages", "chat_id=eq.6a2f0f6e-0d6b-4a55-8d63-7f5f3a3e1a52", event="INSERT"),
        {"event": "*", "schema": "public"},
        {"event": "DELETE", "schema": "public", "table": "chats", "filter": None},
    ]
    _, reply = socket.join(channel_name, *entries)
    assert reply["status"] == "ok"
    echoed = reply["response"]["postgres_changes"]
    assert [{key: value for key, value in entry.items() if key != "id"} for entry in echoed] == entries
    assert all(type(entry["id"]) is int and entry["id"] > 0 for entry in echoed)
    assert len({entry["id"] for entry in echoed}) == len(entries)


def test_the_same_entry_has_the_same_id_everywhere(lobby, channel_name):
    """An id follows from the entry alone, whatever the socket, channel or place."""
    entry, other = wanted("chats"), wanted("chats", event="INSERT")
    _, one = lobby.socket("1.0.0").join(channel_name, entry)
    _, two = lobby.socket("2.0.0").join(f"{channel_name}-2", other, entry)
    assert one["response"]["postgres_changes"][0]["id"] == two["response"]["postgres_changes"][1]["id"]


def test_without_changes_the_reply_has_an_empty_list(socket, channel_name):
    """A channel for broadcasts alone gets [] and no system message."""
    _, reply = socket.join(channel_name)
    assert reply == {"status": "ok", "response": {"postgres_changes": []}}
    assert socket.settled() == []


def test_pushes_of_version_1_have_a_null_ref(lobby, channel_name):
    """Python's client drops what lacks it."""
    socket = lobby.socket("1.0.0")
    config = {"postgres_changes": [wanted("chats")], "presence": {"enabled": True}}
    socket.push(f"realtime:{channel_name}", "phx_join", {"config": config})
    frames = [json.loads(socket.connection.recv(10)) for _ in range(3)]
    assert [frame["event"] for frame in frames] == ["phx_reply", "presence_state", "system"]
    assert [frame["ref"] for frame in frames] == ["1", None, None]
    assert all("join_ref" not in frame for frame in frames)


def test_pushes_of_version_2_have_their_join_ref(lobby, channel_name):
    """JavaScript's client drops what is of another join."""
    socket = lobby.socket("2.0.0")
    socket.push("phoenix", "heartbeat", {})
    ref, _ = socket.join(channel_name, wanted("chats"), presence={"enabled": True})
    for event in ("presence_state", "system"):
        message = socket.wait(event)
        assert (message.join_ref, message.ref) == (ref, None)
