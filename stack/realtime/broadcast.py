"""Broadcasts over HTTP: many in one request, or one whose payload is the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import PoolTimeout
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from stack.database import first_line
from stack.realtime import frames
from stack.realtime.topics import PREFIX, room
from stack.realtime.visibility import Viewer
from stack.tokens import BadTokenError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stack.realtime.private import Private
    from stack.realtime.topics import Topics
    from stack.tokens import Tokens

_LARGEST_BODY = 3 * 1024 * 1024


class Refused(Exception):
    """A request that is refused. status: of HTTP."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Broadcasts:
    """The endpoints of Supabase Realtime for broadcasts. Both answer 202, or 401 or 422 with {"error"}."""

    def __init__(self, topics: Topics, private: Private, tokens: Tokens) -> None:
        self._topics, self._private, self._tokens = topics, private, tokens

    async def many(self, request: Request) -> Response:
        """Broadcast all messages of the body, {"messages": [{"topic", "event", "payload", "private"}]}, or none."""
        try:
            viewer = self._authorize(request)
            given = _parsed(await _body(request))
            messages = given.get("messages") if isinstance(given, dict) else None
            if not isinstance(messages, list):
                raise Refused(422, "the body must be an object with a list of messages")
            for message in messages:
                _check(message)
            private = {message["topic"] for message in messages if message.get("private")}
            may = {topic: await self._may_write(topic, viewer) for topic in sorted(private)}
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, refused.status)
        for message in messages:
            topic, secret = message["topic"], bool(message.get("private"))
            # As Supabase does: what may not be sent is left out.
            if not secret or may[topic]:
                self._topics.broadcast(room(PREFIX + topic, private=secret), message["event"], message["payload"])
        return Response(status_code=202)

    async def one(self, request: Request) -> Response:
        """Broadcast the body to the topic and event of the path: JSON, or bytes as application/octet-stream."""
        try:
            viewer = self._authorize(request)
            topic, event = (request.path_params[name] for name in ("topic", "event"))
            private = request.query_params.get("private") == "true"
            body = await _body(request)
            binary = request.headers.get("content-type", "").startswith("application/octet-stream")
            payload: Any = frames.Raw(body) if binary else _parsed(body)
            may = not private or await self._may_write(topic, viewer)
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, refused.status)
        if may:
            self._topics.broadcast(room(PREFIX + topic, private=private), event, payload)
        return Response(status_code=202)

    async def _may_write(self, topic: str, viewer: Viewer) -> bool:
        try:
            return (await self._private.rights(topic, viewer)).says
        except (psycopg.OperationalError, PoolTimeout):
            raise Refused(503, "the database does not answer; try again") from None
        except psycopg.Error as error:
            raise Refused(422, f"a policy on realtime.messages failed: {first_line(error)}") from None

    def _authorize(self, request: Request) -> Viewer:
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        key = request.headers.get("apikey") or request.query_params.get("apikey")
        token = bearer if scheme.lower() == "bearer" else key
        try:
            claims = self._tokens.read(token or "")
        except BadTokenError as error:
            raise Refused(401, f"the token cannot be used: {error}" if token else "a token or key is needed") from None
        return Viewer(claims["role"], frames.text(claims))


def _check(message: object) -> None:
    if not isinstance(message, dict) or not all(frames.is_name(message.get(name)) for name in ("topic", "event")):
        raise Refused(422, "a message must be an object with topic, event and payload")
    if not isinstance(message.get("payload"), dict):
        raise Refused(422, "the payload of a message must be an object")


def _parsed(body: bytes) -> Any:
    try:
        return frames.parsed(body)
    except frames.MalformedFrameError:
        raise Refused(422, "the body is not JSON") from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST_BODY:
                raise Refused(422, f"the body has over {_LARGEST_BODY} bytes")
    except ClientDisconnect:
        raise Refused(422, "the body ended early") from None
    return bytes(body)
