"""Tokens of a channel: given, missing, renewed, run out, and forged."""

import re

import pytest

from tests.stack.forged import bad_tokens
from tests.stack.realtime.fix_sockets import wanted


def renew(socket, name, token, join_ref=None):
    """As clients do after a refresh."""
    socket.push(f"realtime:{name}", "access_token", {"access_token": token}, join_ref)


def heard(socket):
    """The ids of the messages among all that was sent."""
    return [each.payload["data"]["record"]["id"] for each in socket.settled() if each.event == "postgres_changes"]


@pytest.mark.parametrize("token", [None, "", "sb_publishable_x"])
def test_a_join_without_a_users_token_is_anons(lobby, socket, room, token):
    """It is joined as whoever the key is: anon, who may not read the filter's column, and is told so."""
    payload = {"config": {"postgres_changes": [room.wanted()]}, "access_token": token}
    assert socket.reply(socket.push("realtime:nobody", "phx_join", payload))["status"] == "ok"
    said = socket.wait("system").payload
    assert said["status"] == "error"
    assert "anon" in said["message"]


def test_a_later_token_makes_the_channel_its_users(lobby, socket, room):
    """Renewing it makes the channel its user's; there is no reply, but the system message again."""
    name = f"late-{room.chat}"
    socket.join(name, wanted("chat_messages"))
    assert socket.wait("system").payload["status"] == "ok"
    renew(socket, name, lobby.token(room.members[0]))
    assert socket.wait("system").payload["status"] == "ok"
    assert socket.passed == []
    said = room.say("now I hear you")
    assert socket.change()["record"]["id"] == said


def test_an_error_is_mended_by_a_token(lobby, socket, room):
    """What the first token could not subscribe to, the next one can."""
    socket.join("mended", room.wanted())
    assert socket.wait("system").payload["status"] == "error"
    renew(socket, "mended", lobby.token(room.members[0]))
    assert socket.wait("system").payload["status"] == "ok"
    said = room.say("hello")
    assert socket.change()["record"]["id"] == said


def test_a_channel_hears_what_its_new_user_may(lobby, socket, room):
    """From the system message on, a channel hears what its new user may."""
    socket.subscribe("handed over", wanted("chat_messages"), token=lobby.token(room.members[0]))
    renew(socket, "handed over", lobby.token(room.outsider))
    assert socket.wait("system").payload["status"] == "ok"
    socket.settled()
    witness = lobby.socket()
    witness.subscribe("witness", room.wanted(), token=lobby.token(room.members[1]))
    room.say("not for you")
    witness.change()
    assert heard(socket) == []


def test_tokens_that_change_nothing_are_ignored(lobby, socket, room):
    """The same token, null, and a key that is not a token are ignored without a word."""
    token = lobby.token(room.members[0])
    socket.subscribe("same", room.wanted(), token=token)
    for given in (token, None, "sb_secret_x", 5, {}):
        renew(socket, "same", given)
    socket.push("realtime:same", "access_token", None)
    assert socket.settled() == []
    said = room.say("still here")
    assert socket.change()["record"]["id"] == said


def test_a_renewal_loses_nothing(lobby, room):
    """Messages that commit while the token is renewed, over and over, all come, once, in order."""
    socket = lobby.socket()
    socket.subscribe("busy", room.wanted(), token=lobby.token(room.members[0]))
    said = []
    for number in range(50):
        renew(socket, "busy", lobby.token(room.members[0]))
        said.append(room.say(str(number)))
    seen = [socket.change()["record"]["id"] for _ in said]
    assert seen == said


def test_an_expired_token_closes_its_channel(lobby, socket, room):
    """At its token's exp a channel gets a system error, then phx_close under its join's ref, and hears nothing more."""
    join_ref = socket.subscribe("brief", room.wanted(), token=lobby.token(room.members[0]))
    renew(socket, "brief", lobby.token(room.members[0], 2))
    said = {"status": "ok"}
    while said["status"] == "ok":
        said = socket.wait("system").payload
    assert said["status"] == "error"
    assert re.fullmatch(r"Token has expired \d+ seconds ago", said["message"])
    closed = socket.receive()
    assert (closed.event, closed.ref, closed.payload) == ("phx_close", join_ref, {})
    witness = lobby.socket()
    witness.subscribe("witness", room.wanted(), token=lobby.token(room.members[1]))
    room.say("too late")
    witness.change()
    assert socket.settled() == []


def test_a_renewed_token_puts_expiry_off(lobby, socket, room):
    """A renewed channel outlives the token it had before."""
    for name in ("renewed", "not renewed"):
        socket.subscribe(name, room.wanted(), token=lobby.token(room.members[0]))
    renew(socket, "renewed", lobby.token(room.members[0], 2))
    renew(socket, "renewed", lobby.token(room.members[0]))
    renew(socket, "not renewed", lobby.token(room.members[0], 3))
    closed = socket.wait("phx_close")
    assert closed.topic == "realtime:not renewed"
    said = room.say("hello")
    assert socket.change()["record"]["id"] == said


def test_a_join_with_a_bad_token_is_refused(lobby, socket):
    """Whatever is wrong with it, the join is answered with an error that does not hold it."""
    tokens = bad_tokens(lobby.stack.jwt_secret)
    # At once: each waits for its refusal.
    config = {"postgres_changes": [wanted("chats")]}
    asked = {
        socket.push(f"realtime:{what}", "phx_join", {"config": config, "access_token": token}): what
        for what, token in tokens.items()
    }
    answers = [socket.wait("phx_reply") for _ in tokens]
    replies = {asked[answer.ref]: answer.payload for answer in answers}
    for what, token in tokens.items():
        reply = replies[what]
        assert reply["status"] == "error", what
        reason = reply["response"]["reason"]
        assert reason.startswith("InvalidJWTToken: "), what
        assert token not in reason
        if what == "expired":
            assert re.search(r"Token has expired \d+ seconds ago", reason)
    assert socket.settled() == []


def test_a_bad_renewal_ends_the_channel(lobby, socket, room):
    """A channel that is given a token that proves nothing is ended with a system error."""
    for what, token in bad_tokens(lobby.stack.jwt_secret).items():
        socket.subscribe(what, room.wanted(), token=lobby.token(room.members[0]))
        renew(socket, what, token)
        assert socket.wait("system").payload["status"] == "error", what
        assert socket.receive().event == "phx_close"
    room.say("for nobody")
    assert heard(socket) == []
