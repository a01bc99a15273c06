"""Supabase Realtime's protocol: Phoenix channels with postgres_changes, broadcast and presence."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute

from stack.answers import Answers
from stack.gateway import KeyRequired, complaint
from stack.realtime import frames, sent
from stack.realtime.broadcast import Broadcasts
from stack.realtime.feed import Feed
from stack.realtime.private import Private
from stack.realtime.services import Services
from stack.realtime.socket import Socket
from stack.realtime.topics import Topics
from stack.tokens import BadTokenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.websockets import WebSocket

    from stack.database import Database
    from stack.tokens import Tokens

_PATH = "/realtime/v1"


class Realtime:
    """The service at /realtime/v1.

    refusal_seconds: how long a refused join or handshake waits for its answer; hosted Realtime takes 5 and 2.
    answers: those that events wait for.
    """

    def __init__(
        self, database: Database, tokens: Tokens, refusal_seconds: float = 0.5, answers: Answers | None = None
    ) -> None:
        self._tokens = tokens
        self._topics = Topics()
        self._private = Private(database)
        self._answers = answers or Answers()
        self._feed = Feed(database, partial(sent.deliver, topics=self._topics), self._answers)
        self._services = Services(self._feed, self._topics, self._private, tokens, refusal_seconds)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The websocket, at Supabase's path and at Phoenix's own, and the two endpoints of broadcasts."""
        broadcasts = Broadcasts(self._topics, self._private, self._tokens)
        behind = [Middleware(KeyRequired, self._tokens)]
        many, one = f"{_PATH}/api/broadcast", f"{_PATH}/api/broadcast/{{topic:path}}/events/{{event:path}}"
        return [
            WebSocketRoute(f"{_PATH}/websocket", self._connect),
            WebSocketRoute("/socket/websocket", self._connect),
            Route(many, broadcasts.many, methods=["POST"], middleware=behind),
            Route(one, broadcasts.one, methods=["POST"], middleware=behind),
        ]

    async def open(self) -> None:
        """Begin to connect. Subscriptions wait for the database; everything else is answered at once."""
        await self._private.open()
        await self._feed.open()

    async def close(self) -> None:
        """Leave no connection, slot or task."""
        await self._feed.close()
        await self._private.close()
        self._answers.close()

    async def _connect(self, websocket: WebSocket) -> None:
        given = websocket.query_params.get("apikey") or websocket.headers.get("x-api-key")
        key = self._tokens.token_of(given or "")
        version = websocket.query_params.get("vsn") or frames.VERSIONS[0]
        try:
            self._tokens.read(key)
        except BadTokenError as error:
            await self._reject(websocket, 401, f"the apikey cannot be used: {error}" if key else "an apikey is needed")
            return
        if (wrong := complaint(self._tokens, websocket, given)) is not None:
            await self._reject(websocket, 401, ": ".join(wrong))
            return
        if version not in frames.VERSIONS:
            await self._reject(websocket, 403, f"vsn {version} is not supported; use {' or '.join(frames.VERSIONS)}")
            return
        await websocket.accept()
        await Socket(websocket, version, key, self._services).run()

    async def _reject(self, websocket: WebSocket, status: int, reason: str) -> None:
        await asyncio.sleep(self._services.refusal_seconds)
        await websocket.send_denial_response(JSONResponse({"error": reason}, status))
