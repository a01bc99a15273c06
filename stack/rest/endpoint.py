"""Requests to /rest/v1, from the first header to the last byte of the response."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg

from stack.rest import payload, query_string, response, transaction
from stack.rest.actions import READS, Asked, on_function, on_relation
from stack.rest.catalog import SCHEMA
from stack.rest.errors import ApiError, bad_method, no_relation, not_exposed, of_database
from stack.rest.preferences import preferences, shape

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from stack.rest.actions import Action
    from stack.rest.catalog import Catalog
    from stack.rest.connections import Connections
    from stack.rest.identity import Identities
    from stack.rest.response import Response
    from stack.rest.schema import Schema

PREFIX = "/rest/v1"
_CALL = "rpc/"
_METHODS = (*READS, "POST", "PATCH", "DELETE")
# The errors for a name of the catalog that is gone, or is something else by now.
_STALE = ("PGRST200", "PGRST202", "PGRST204", "PGRST205", "42703", "42P01", "42883", "42704", "42804", "0A000")


class Endpoint:
    """The ASGI application of /rest/v1. A request that a stale catalog made fail is tried again with a newer one."""

    def __init__(self, connections: Connections, schema: Schema, identities: Identities) -> None:
        self._connections, self._schema, self._identities = connections, schema, identities

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; what is refused is answered with PostgREST's error."""
        try:
            answered = await self._answer(scope, receive)
        except ApiError as refused:
            answered = response.of_error(refused)
        await answered.send(send, body=scope["method"] != "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        headers = _headers(scope)
        raw = scope["query_string"].decode("latin-1")
        identity = self._identities.of(headers.get("authorization"))
        asked = await _asked(scope["method"], _name(scope), raw, headers, receive)
        context = transaction.Context(identity, asked.method, f"/{asked.name}", headers)
        return await self._carried_out(asked, context)

    async def _carried_out(self, asked: Asked, context: transaction.Context) -> Response:
        began = time.monotonic()
        catalog = await self._catalog(None)
        try:
            return await self._once(catalog, asked, context)
        except ApiError as refused:
            if refused.code not in _STALE:
                raise
            newer = await self._catalog(began)
            if newer is catalog:
                raise
        # Nothing was changed: the refused transaction has been rolled back.
        return await self._once(newer, asked, context)

    async def _once(self, catalog: Catalog, asked: Asked, context: transaction.Context) -> Response:
        action = _action(catalog, asked)
        answer, plan = await transaction.run(
            self._connections,
            context,
            action.statement,
            reads=action.reads,
            planned=action.planned,
            judge=action.judge,
        )
        return action.respond(answer, plan)

    async def _catalog(self, newer_than: float | None) -> Catalog:
        try:
            if newer_than is None:
                return await self._schema.current()
            return await self._schema.newer_than(newer_than)
        except psycopg.Error as error:
            raise of_database(error, anonymous=False) from error


async def _asked(method: str, name: str, raw: str, headers: dict[str, str], receive: Receive) -> Asked:
    if method not in _METHODS:
        raise bad_method(method)
    profile = headers.get("accept-profile" if method in READS else "content-profile", SCHEMA)
    if profile != SCHEMA:
        raise not_exposed(profile, SCHEMA)
    is_call = name.startswith(_CALL)
    query = query_string.parse(raw, arguments=is_call and method in READS)
    if method in READS:
        query = query_string.within(query, headers.get("range", ""))
    given = payload.NO_PAYLOAD
    if method in ("POST", "PATCH"):
        body = await payload.body_of(receive, headers.get("content-length"))
        # A call without arguments needs no body.
        body = body or (b"{}" if is_call else b"")
        given = await payload.payload(body, headers.get("content-type", ""), query.columns)
    return Asked(method, name, query, preferences(headers.get("prefer", "")), shape(headers.get("accept", "")), given)


def _action(catalog: Catalog, asked: Asked) -> Action:
    if asked.name.startswith(_CALL):
        return on_function(catalog, replace(asked, name=asked.name.removeprefix(_CALL)))
    return on_relation(catalog, asked)


def _name(scope: Scope) -> str:
    name: str = scope["path"].removeprefix(PREFIX).strip("/")
    if "/" in name.removeprefix(_CALL) or not name:
        raise no_relation(name)
    return name


def _headers(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1")
        text = value.decode("latin-1")
        # A header that comes twice is a list.
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
