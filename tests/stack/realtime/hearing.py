"""What tests of the realtime service hear on raw sockets: changes of rows, and broadcasts in both framings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.stack.realtime.fix_sockets import Lobby, RawSocket

# Not ASCII, for the lengths of binary frames are bytes.
SHOUT = "çà et là 😀"
# For a table with a column owner: each sees their own rows.
OWNED = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON {table} FOR SELECT TO authenticated USING (owner = auth.uid());
"""


def subscribed(lobby: Lobby, people: Sequence[tuple[str, RawSocket]], *entries: dict[str, Any]) -> list[RawSocket]:
    """Everybody's socket, subscribed."""
    for user, socket in people:
        socket.subscribe("seen", *entries, token=lobby.token(user))
    return [socket for _, socket in people]


def changes(socket: RawSocket) -> list[dict[str, Any]]:
    """The data of all changes that were sent to it."""
    return [each.payload["data"] for each in socket.settled() if each.event == "postgres_changes"]


def delivered(frame: bytes) -> tuple[str | int | bytes, ...]:
    """A binary delivery, taken apart: topic, event, metadata, encoding, payload."""
    assert frame[0] == 4
    *lengths, encoding = frame[1:5]
    texts: list[str] = []
    at = 5
    for length in lengths:
        texts.append(frame[at : at + length].decode())
        at += length
    return (*texts, encoding, frame[at:])


def both(lobby: Lobby, name: str, **config: Any) -> list[tuple[RawSocket, str]]:
    """A socket of each framing, joined."""
    sockets = lobby.socket("1.0.0"), lobby.socket("2.0.0")
    return [(socket, socket.join(name, **config)[0]) for socket in sockets]


def text(socket: RawSocket) -> Any:
    """The next broadcast's payload on a socket of version 1."""
    frame = json.loads(socket.connection.recv(10))
    assert frame.keys() == {"ref", "topic", "event", "payload"}
    assert (frame["event"], frame["ref"]) == ("broadcast", None)
    return frame["payload"]
