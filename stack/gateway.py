"""The check that Supabase's gateway makes before every service: a request needs one of the project's API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

    from stack.tokens import Tokens


class KeyRequired:
    """ASGI middleware of HTTP routes that answers 401 to a request without one of the project's API keys.

    The key comes in the header apikey or the query parameter of that name. open_paths: whole paths that need no key.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, open_paths: Collection[str] = ()) -> None:
        self._app, self._tokens, self._open_paths = app, tokens, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with a valid key; answer 401 to any other."""
        connection = HTTPConnection(scope)
        key = connection.headers.get("apikey") or connection.query_params.get("apikey")
        if scope["path"] in self._open_paths or (key is not None and self._tokens.is_key(key)):
            await self._app(scope, receive, send)
            return
        if key is None:
            said = "No API key found in request", "Send the project's key in the header apikey."
        else:
            said = "Invalid API key", "Send the anon or the service_role key of this project."
        await JSONResponse({"message": said[0], "hint": said[1]}, 401)(scope, receive, send)
