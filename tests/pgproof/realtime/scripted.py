"""A small websocket server on loopback that says what a test scripts, as Supabase Realtime would."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from queue import Queue
from typing import TYPE_CHECKING, Any, Self, TypeVar

from websockets.sync.server import serve

from pgproof.realtime import Listener, phoenix
from pgproof.realtime.phoenix import Message
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http import HTTPStatus

    from websockets.http11 import Request, Response
    from websockets.sync.server import ServerConnection

T = TypeVar("T")

KEY, TOKEN, NEXT = "key-of-anon", "eyJh.eyJi.one", "eyJh.eyJi.two"
_SECONDS = 10
_LIVE = {"extension": "postgres_changes", "status": "ok", "message": "Subscribed to PostgreSQL", "channel": "room"}


class Server:
    """Takes every join, refresh and leave; a test adds what else it says. Speaks 1.0.0.

    requests: the paths that were asked for. sockets: every connection. heard: every message.
    refuses: status and text to turn connections down with. It has one id for every change asked for.
    """

    def __init__(self) -> None:
        self.requests: Queue[str] = Queue()
        self.sockets: Queue[ServerConnection] = Queue()
        self.heard: Queue[Message] = Queue()
        self.says_live = self.answers_beats = True
        self._server = serve(self._talk, "127.0.0.1", 0, process_request=self._request)
        self.refuses: tuple[HTTPStatus, str] | None = None
        self.join_ref: str | None = None
        self.url = f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(_SECONDS * unit())

    def _request(self, socket: ServerConnection, request: Request) -> Response | None:
        self.requests.put(request.path)
        return socket.respond(*self.refuses) if self.refuses else None

    def _talk(self, socket: ServerConnection) -> None:
        self.sockets.put(socket)
        for frame in socket:
            message = phoenix.decode(frame, "1.0.0")
            self.heard.put(message)
            if message.event == "phx_join":
                self.join_ref, wanted = message.ref, message.payload["config"]["postgres_changes"]
                self.reply(socket, message, {"postgres_changes": [{**each, "id": 7} for each in wanted]})
            if message.event in ("phx_join", "access_token") and self.says_live:
                self.say(socket, message.topic, "system", _LIVE)
            if message.event == "phx_leave" or (message.event == "heartbeat" and self.answers_beats):
                self.reply(socket, message, {})

    def reply(self, socket: ServerConnection, message: Message, response: dict[str, Any]) -> None:
        """That all is well."""
        self.say(socket, message.topic, "phx_reply", {"status": "ok", "response": response}, message.ref)

    def say(
        self, socket: ServerConnection, topic: str, event: str, payload: dict[str, Any], ref: str | None = None
    ) -> None:
        """Anything."""
        socket.send(phoenix.encode(Message(topic, event, payload, ref), "1.0.0"))

    def insert(self, socket: ServerConnection, topic: str, **record: Any) -> None:
        """That a message was inserted."""
        kind: dict[str, Any] = {"schema": "public", "table": "chat_messages", "type": "INSERT"}
        data = {**kind, "columns": [], "errors": None, "commit_timestamp": "2025-10-01T12:00:00.123Z", "record": record}
        self.say(socket, topic, "postgres_changes", {"ids": [7], "data": data})


@contextmanager
def listening(server: Server, **more: Any) -> Iterator[Listener]:
    """A listener that connects again at once, and leaves no thread behind."""
    with Listener(server.url, KEY, TOKEN, **{"backoff": (0.01,), **more}) as listener:
        yield listener
    assert "realtime listener" not in [thread.name for thread in threading.enumerate()]


def next_of(queue: Queue[T]) -> T:
    """The next that comes. Raises queue.Empty if nothing does in time."""
    return queue.get(timeout=_SECONDS * unit())
