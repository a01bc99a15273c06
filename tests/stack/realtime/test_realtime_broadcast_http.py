"""Broadcasts over HTTP reach the sockets of their topics."""

import httpx
import pytest

from tests.stack.forged import bad_tokens
from tests.stack.realtime.hearing import SHOUT, both, delivered, text


def post(lobby, path, token=None, **body):
    """A request to the HTTP endpoint; the key is in the address, as JavaScript's client has it."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = f"{lobby.stack.api_url}/realtime/v1/api/broadcast{path}"
    return httpx.post(address, params={"apikey": lobby.stack.anon_key, "vsn": "2.0.0"}, headers=headers, **body)


def test_each_message_of_a_list_reaches_its_topic(lobby, accented_name):
    """Each message of the list reaches its topic; the answer is 202 without a body."""
    (one, _), (two, _) = both(lobby, accented_name)
    messages = [{"topic": accented_name, "event": SHOUT, "payload": {"n": number}} for number in (1, 2)]
    answer = post(lobby, "", json={"messages": [*messages, {"topic": "empty", "event": "e", "payload": {}}]})
    assert (answer.status_code, answer.content) == (202, b"")
    assert [text(one)["payload"]["n"] for _ in messages] == [1, 2]
    assert [delivered(two.connection.recv(10))[4] for _ in messages] == [b'{"n":1}', b'{"n":2}']


def test_the_path_names_topic_and_event(lobby, accented_name):
    """The body is the payload, the topic and event are in the path; bytes stay bytes."""
    (one, _), (two, _) = both(lobby, f"{accented_name}/a")
    path = f"/{accented_name.replace(' ', '%20')}%2Fa/events/e%2Ff"
    assert post(lobby, path, json={"n": 1}).status_code == 202
    assert text(one) == {"type": "broadcast", "event": "e/f", "payload": {"n": 1}}
    assert delivered(two.connection.recv(10))[4] == b'{"n":1}'
    address = f"{lobby.stack.api_url}/realtime/v1/api/broadcast{path}"
    headers = {"apikey": lobby.stack.anon_key, "Content-Type": "application/octet-stream"}
    assert httpx.post(address, headers=headers, content=b"\xff").status_code == 202
    assert delivered(two.connection.recv(10))[3:] == (0, b"\xff")


def test_a_bad_token_over_http_is_refused(lobby):
    """Whatever is wrong with the bearer's token, the answer is 401, though the key is good."""
    for what, token in bad_tokens(lobby.stack.jwt_secret).items():
        answer = post(lobby, "", token, json={"messages": []})
        assert answer.status_code == 401, what
        assert token not in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"[]", 422),
        (b'{"messages": {}}', 422),
        (b'{"messages": [5]}', 422),
        (b'{"messages": [{"topic": "t", "event": "e"}]}', 422),
        (b'{"messages": [{"topic": 5, "event": "e", "payload": {}}]}', 422),
        (b'{"messages": [{"topic": "t", "event": "e", "payload": NaN}]}', 422),
        (b'{"messages": [{"topic": "t\\u0000", "event": "e", "payload": {}, "private": true}]}', 422),
        (b" " * 10_000_000, 422),
        (b"[" * 100_000, 422),
        (b'{"messages": [{"topic": "t\\ud800", "event": "e", "payload": {}}]}', 422),
    ],
)
def test_a_bad_body_is_refused_with_a_sentence(lobby, body, status):
    """It is answered with 401 or 422 and a sentence."""
    answer = post(lobby, "", content=body)
    assert answer.status_code == status
    assert answer.json()["error"]
