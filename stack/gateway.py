"""What Supabase's gateway does before every service: a request needs one of the project's API keys.

A key that is not a token, sb_publishable_… or sb_secret_…, is replaced by a token of its role where the request brings
no token of a user (Supabase's documentation, "API keys", and the configuration of its self-hosted gateway).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from stack.tokens import OPAQUE

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

    from stack.tokens import Tokens

# All browsers call themselves that.
_BROWSER = "Mozilla/"


class KeyRequired:
    """ASGI middleware of HTTP routes that answers 401 to a request without one of the project's API keys.

    The key comes in the header apikey or the query parameter of that name. open_paths: whole paths that need no key.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, open_paths: Collection[str] = ()) -> None:
        self._app, self._tokens, self._open_paths = app, tokens, open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with a valid key, and with the token that it stands for; answer 401 to any other."""
        connection = HTTPConnection(scope)
        key = connection.headers.get("apikey") or connection.query_params.get("apikey")
        wrong = None if scope["path"] in self._open_paths else complaint(self._tokens, connection, key)
        if wrong is not None:
            await JSONResponse({"message": wrong[0], "hint": wrong[1]}, 401)(scope, receive, send)
            return
        await self._app(scope if key is None else self._with_token(scope, connection, key), receive, send)

    def _with_token(self, scope: Scope, connection: HTTPConnection, key: str) -> Scope:
        token = self._tokens.token_of(key)
        if token == key or ("authorization" in connection.headers and _opaque_bearer(connection) is None):
            return scope
        headers = MutableHeaders(raw=list(scope["headers"]))
        headers["authorization"] = f"Bearer {token}"
        return {**scope, "headers": headers.raw}


def complaint(tokens: Tokens, connection: HTTPConnection, key: str | None) -> tuple[str, str] | None:
    """Return what is wrong with the key of a request and what to do, None if it may pass."""
    if key is None:
        return "No API key found in request", "Send the project's key in the header apikey."
    bearer = _opaque_bearer(connection)
    if not tokens.is_key(key) or (bearer is not None and bearer != key):
        other = "The header Authorization has another key than apikey has. " if bearer not in (None, key) else ""
        return (
            "Invalid API key",
            f"{other}Send the publishable or the secret key of this project, or its anon or service_role token.",
        )
    if key == tokens.secret_key and connection.headers.get("user-agent", "").startswith(_BROWSER):
        said = "A page must never have a secret key, which anybody could read there: give it the publishable one."
        return "Forbidden use of secret API key in browser", said
    return None


def _opaque_bearer(connection: HTTPConnection) -> str | None:
    """Return the bearer token of a request if it is no token but an opaque key."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    bearer = bearer.strip()
    return bearer if scheme.lower() == "bearer" and bearer.startswith(OPAQUE) else None
