"""Requests to /rest/v1, from the first header to the last byte of the response."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import psycopg

from stack import answers
from stack.rest import payload, query_string, response, transaction
from stack.rest.actions import READS, Asked, on_function, on_relation
from stack.rest.errors import ApiError, bad_method, no_path, not_exposed, not_implemented
from stack.rest.preferences import preferences, shape
from stack.rest.refusals import of_database
from stack.rest.syntax import Field, Selected, Selection

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from stack.rest.connections import Connections
    from stack.rest.identity import Identities, Identity
    from stack.rest.relations import Handler, Name
    from stack.rest.response import Response
    from stack.rest.schema import Known, Schema
    from stack.rest.syntax import Query

PREFIX = "/rest/v1"
_CALL = "rpc/"
_METHODS = (*READS, "POST", "PUT", "PATCH", "DELETE")
# The errors for a name of the catalog that is gone, or is something else by now.
_STALE = (
    "PGRST200",
    "PGRST202",
    "PGRST204",
    "PGRST205",
    "42703",
    "42P01",
    "42883",
    "42704",
    "42804",
    "0A000",
)


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
        identity = self._identities.of(headers.get("authorization"))
        began = time.monotonic()
        known = await self._known(None)
        request = await _request(scope, headers, receive)
        try:
            return await self._once(known, request, identity)
        except ApiError as refused:
            if refused.code not in _STALE:
                raise
            newer = await self._known(began)
            if newer is known:
                raise
        # Nothing was changed: the refused transaction has been rolled back.
        return await self._once(newer, request, identity)

    async def _once(self, known: Known, request: _Request, identity: Identity) -> Response:
        setup = known.settings
        if setup.refused:
            raise not_implemented(f"what is set for authenticator: {', '.join(setup.refused)}")
        asked = _asked(request, known)
        action = on_function(known, asked) if asked.name_is_function else on_relation(known, asked)
        preferences = asked.preferences
        context = transaction.Context(
            identity, asked.method, f"/{request.name}", request.headers, asked.schema, preferences.timezone, setup,
            request.write,
        )  # fmt: skip
        work = replace(action.work, rolls_back=preferences.rolls_back(unless_asked=setup.rolls_back))
        answer, plan = await transaction.run(self._connections, context, work)
        answered = response.as_said(action.respond(answer, plan), answer)
        if len(setup.schemas) > 1 and "content-type" in answered.headers:
            answered = replace(answered, headers={**answered.headers, "content-profile": asked.schema})
        if setup.trace_header in request.headers:
            traced = {str(setup.trace_header): request.headers[str(setup.trace_header)]}
            answered = replace(answered, headers={**answered.headers, **traced})
        if setup.ignored:
            # The answer is the same without them.
            named = ", ".join(setup.ignored)
            answered = replace(answered, headers={**answered.headers, "warning": f'299 - "not obeyed here: {named}"'})
        return answered

    async def _known(self, newer_than: float | None) -> Known:
        try:
            if newer_than is None:
                return await self._schema.current()
            return await self._schema.newer_than(newer_than)
        except psycopg.Error as error:
            raise of_database(error, anonymous=False) from error


@dataclass(frozen=True)
class _Request:
    """What came over HTTP. name: the path after /rest/v1/. write: what it is called while it is answered."""

    method: str
    name: str
    query: Query
    headers: dict[str, str]
    payload: payload.Payload
    write: str | None

    @property
    def is_call(self) -> bool:
        return self.name.startswith(_CALL)


async def _request(scope: Scope, headers: dict[str, str], receive: Receive) -> _Request:
    method, name = scope["method"], _name(scope)
    if method == "OPTIONS":
        raise not_implemented("OPTIONS, except as a browser's preflight")
    if method not in _METHODS:
        raise bad_method(method)
    is_call = name.startswith(_CALL)
    query = query_string.parse(scope["query_string"].decode("latin-1"), arguments=is_call and method in READS)
    if method == "GET":
        query = query_string.within(query, headers.get("range", ""))
    given = payload.NO_PAYLOAD
    if method in ("POST", "PUT", "PATCH"):
        body = await payload.body_of(receive, headers.get("content-length"))
        # A call without arguments needs no body.
        content_type = headers.get("content-type", "")
        if is_call and not body and content_type.split(";")[0].strip() in ("", "application/json"):
            body = b"{}"
        columns = query.columns if method != "PUT" else None
        given = await payload.payload(body, content_type, columns, called=is_call)
    return _Request(method, name, query, headers, given, answers.name_of(scope))


def _asked(request: _Request, known: Known) -> Asked:
    setup = known.settings
    headers = request.headers
    schema = headers.get("accept-profile" if request.method in READS else "content-profile", setup.schemas[0])
    if schema not in setup.schemas:
        raise not_exposed(schema, setup.schemas)
    name = request.name.removeprefix(_CALL)
    own, any_rows = _handlers(known, (schema, name), request)
    return Asked(
        request.method,
        schema,
        name,
        request.is_call,
        request.query,
        preferences(headers.get("prefer", ""), may_choose_end=setup.may_choose),
        shape(headers.get("accept", ""), plans="pgrst.db_plan_enabled" in setup.ignored, own=own, any_rows=any_rows),
        request.payload,
    )


def _handlers(known: Known, name: Name, request: _Request) -> tuple[tuple[Handler, ...], tuple[Handler, ...]]:
    """Return the handlers of what is asked, and those of any rows. A part of the columns is no row of a relation."""
    handlers = known.catalog.handlers
    if not handlers:
        return (), ()
    functions = known.catalog.functions.get(name, ()) if request.is_call else ()
    asked = {name, *((each.relation.schema, each.relation.name) for each in functions)}
    whole = request.query.selection == Selection((Selected(Field("*")),))
    own = tuple(each for each in handlers if whole and each.of in asked and request.is_call >= (each.function is None))
    # Values that are no rows have no aggregate of rows.
    no_rows = functions and all(each.returns != "rows" for each in functions)
    return own, () if no_rows else tuple(each for each in handlers if each.of is None)


def _name(scope: Scope) -> str:
    name: str = scope["path"].removeprefix(PREFIX).strip("/")
    if not name:
        raise not_implemented("the description of the API (OpenAPI) at /")
    if "/" in name.removeprefix(_CALL):
        raise no_path()
    return name


def _headers(scope: Scope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1")
        text = value.decode("latin-1")
        # A header that comes twice is a list.
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
