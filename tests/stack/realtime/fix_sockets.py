"""Raw sockets on a stack's realtime service: every frame as it comes, nothing answered or joined by itself."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg
    from websockets.sync.connection import Connection

    from connect.embedded_stack import Running, StackOf
    from pgproof.realtime.phoenix import Message

_SECONDS = 10
PATH = "/realtime/v1/websocket"


class RawSocket:
    """One connection. What was skipped while waiting for a message is in `passed`."""

    def __init__(self, connection: Connection, vsn: str) -> None:
        self.connection, self.vsn = connection, vsn
        self.passed: list[Message] = []
        self._refs = map(str, itertools.count(1))

    def push(self, topic: str, event: str, payload: Any, join_ref: str | None = None) -> str:
        """Send a message; the ref it was given."""
        from pgproof.realtime import phoenix

        ref = next(self._refs)
        message = phoenix.Message(topic, event, payload, ref, ref if event == "phx_join" else join_ref)
        self.connection.send(phoenix.encode(message, self.vsn))
        return ref

    def receive(self, seconds: float = _SECONDS) -> Message:
        """The next message. Raises TimeoutError."""
        from pgproof.realtime import phoenix

        return phoenix.decode(self.connection.recv(seconds * unit()), self.vsn)

    def wait(self, event: str, topic: str | None = None, ref: str | None = None) -> Message:
        """The next message of this event, topic and ref. Raises TimeoutError."""
        deadline = time.monotonic() + _SECONDS * unit()
        while True:
            try:
                message = self.receive(max(deadline - time.monotonic(), 0.001) / unit())
            except TimeoutError:
                came = ", ".join(f"{each.event} {each.topic} {each.payload}"[:300] for each in self.passed) or "nothing"
                raise TimeoutError(f"no {event} came within {_SECONDS * unit():g} s; what came was {came}") from None
            if message.event == event and topic in {None, message.topic} and ref in {None, message.ref}:
                return message
            self.passed.append(message)

    def reply(self, ref: str) -> dict[str, Any]:
        """The payload of the reply to a ref."""
        return self.wait("phx_reply", ref=ref).payload

    def join(
        self, name: str, *changes: dict[str, Any], token: str | None = None, **config: Any
    ) -> tuple[str, dict[str, Any]]:
        """Join realtime:<name>; the join's ref and the payload of its reply."""
        payload: dict[str, Any] = {"config": {"postgres_changes": list(changes), **config}}
        if token is not None:
            payload["access_token"] = token
        ref = self.push(f"realtime:{name}", "phx_join", payload)
        return ref, self.reply(ref)

    def subscribe(self, name: str, *changes: dict[str, Any], token: str | None = None) -> str:
        """Join, and wait until changes flow; the join's ref."""
        ref, reply = self.join(name, *changes, token=token)
        assert reply["status"] == "ok", reply
        said = self.wait("system", f"realtime:{name}").payload
        assert said["status"] == "ok", said
        return ref

    def change(self) -> dict[str, Any]:
        """The data of the next change."""
        data: dict[str, Any] = self.wait("postgres_changes").payload["data"]
        return data

    def settled(self) -> list[Message]:
        """All that was sent before now, and has not been waited for."""
        self.reply(self.push("phoenix", "heartbeat", {}))
        passed, self.passed = self.passed, []
        return passed


@dataclass
class Room:
    """A chat of its own. members: ids of its two people. outsider: of somebody else."""

    chat: str
    members: list[str]
    outsider: str
    database: psycopg.Connection[Any]

    def wanted(self, event: str = "INSERT") -> dict[str, str]:
        """What a client of the chat subscribes to."""
        return {"event": event, "schema": "public", "table": "chat_messages", "filter": f"chat_id=eq.{self.chat}"}

    def say(self, text: str, author: int = 0) -> str:
        """A message of a member, committed; its id."""
        query = "INSERT INTO chat_messages (chat_id, sender_id, message_text) VALUES (%s, %s, %s) RETURNING id::text"
        ((message,),) = self.database.execute(query, [self.chat, self.members[author], text]).fetchall()
        return str(message)


class Lobby:
    """A stack, its database as administrator, and sockets that end with the test."""

    def __init__(self, stack: Running, database: psycopg.Connection[Any], opened: ExitStack) -> None:
        from stack.tokens import Tokens

        self.stack, self.database, self._opened = stack, database, opened
        self.tokens = Tokens(secret=stack.jwt_secret)

    def address(self, vsn: str | None = "2.0.0", key: str | None = None, path: str = PATH) -> str:
        """Of the websocket."""
        version = "" if vsn is None else f"&vsn={vsn}"
        return f"{self.stack.api_url.replace('http', 'ws', 1)}{path}?apikey={key or self.stack.anon_key}{version}"

    def socket(self, vsn: str = "2.0.0", **options: Any) -> RawSocket:
        """Connected with the anon key. options: of websockets."""
        from websockets.sync.client import connect

        # Where a test left something unread, the server's goodbye is behind it.
        connection = connect(self.address(vsn), compression=None, close_timeout=0.5, **options)
        return RawSocket(self._opened.enter_context(connection), vsn)

    def token(self, user: str, seconds: int = 3600, **claims: Any) -> str:
        """A user's, fresh."""
        return self.tokens.sign({"sub": user, "role": "authenticated", "jti": str(uuid.uuid4()), **claims}, seconds)

    def room(self) -> Room:
        """A new chat."""
        users = [user["id"] for user in self.stack.users]
        query = "INSERT INTO chats (type, created_by) VALUES ('direct', %s) RETURNING id::text"
        ((chat,),) = self.database.execute(query, [users[0]]).fetchall()
        for user in users[:2]:
            self.database.execute("INSERT INTO chat_participants (chat_id, user_id) VALUES (%s, %s)", [chat, user])
        return Room(chat, users[:2], users[2], self.database)

    def member(self, room: Room) -> RawSocket:
        """A socket of a room's second member, who hears all of its messages."""
        socket = self.socket()
        socket.subscribe(f"room-{room.chat}", room.wanted("*"), token=self.token(room.members[1]))
        return socket

    def table(self, columns: str, *, also: str = "") -> str:
        """A published table of its own, in schema public, readable to all roles; gone at the end."""
        name = f"t_{uuid.uuid4().hex}"
        self.database.execute(f"CREATE TABLE public.{name} ({columns})")
        self._opened.callback(self.database.execute, f"DROP TABLE public.{name}")
        self.database.execute(f"GRANT SELECT ON public.{name} TO anon, authenticated")
        self.database.execute(f"ALTER PUBLICATION supabase_realtime ADD TABLE public.{name}")
        self.database.execute(also.format(table=f"public.{name}"))
        return name


def wanted(table: str, condition: str | None = None, event: str = "*", **more: Any) -> dict[str, Any]:
    """An entry of postgres_changes for a table of schema public."""
    given = {} if condition is None else {"filter": condition}
    return {"event": event, "schema": "public", "table": table, **given, **more}


def as_frame(*parts: Any) -> str:
    """Any JSON as a text frame."""
    return json.dumps(parts[0] if len(parts) == 1 else parts)


@pytest.fixture
def lobby(stack_of: StackOf, connect: Callable[[str], psycopg.Connection[Any]]) -> Iterator[Lobby]:
    """On a stack shared with other tests."""
    with ExitStack() as opened:
        stack = stack_of("prod")
        yield Lobby(stack, connect(stack.dsn), opened)


@pytest.fixture(params=["1.0.0", "2.0.0"])
def socket(request: pytest.FixtureRequest, lobby: Lobby) -> RawSocket:
    """A socket of each framing in turn."""
    return lobby.socket(request.param)


@pytest.fixture
def channel_name() -> str:
    """The name of a channel nobody else is on."""
    return f"room-{uuid.uuid4()}"


@pytest.fixture
def accented_name() -> str:
    """The name of a channel nobody else is on; not ASCII, since the lengths in binary frames are bytes."""
    return f"salle é {uuid.uuid4()}"


@pytest.fixture
def room(lobby: Lobby) -> Room:
    """A chat of the test's own."""
    return lobby.room()


@pytest.fixture
def member(lobby: Lobby, room: Room) -> RawSocket:
    """A socket of the room's second member, who hears all of its messages."""
    return lobby.member(room)


@pytest.fixture
def people(lobby: Lobby) -> list[tuple[str, RawSocket]]:
    """Two user ids, each with a socket to subscribe on."""
    return [(user["id"], lobby.socket()) for user in lobby.stack.users[:2]]
