"""Who asks: the bearer token of a request, as a user with a session or as an administrator."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from stack.auth.errors import AuthError
from stack.auth.shown import is_banned
from stack.tokens import BadTokenError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stack.auth.database import Row
    from stack.auth.sessions import Session, Sessions
    from stack.auth.users import Users
    from stack.tokens import Tokens

_ADMINISTRATORS = ("service_role", "supabase_admin")


class Bearers:
    """Reads the bearer tokens of requests."""

    def __init__(self, users: Users, sessions: Sessions, tokens: Tokens) -> None:
        self._users, self._sessions, self._tokens = users, sessions, tokens

    async def user(self, request: Request) -> tuple[Row, Session | None]:
        """Return who asks, and in which session; a token that was made elsewhere has none. Raises AuthError."""
        claims = self._claims(request)
        try:
            uuid.UUID(claims.get("sub", ""))
        except (ValueError, AttributeError, TypeError):
            raise AuthError(403, "bad_jwt", "invalid claim: sub is missing or not a UUID") from None
        user = await self._users.by_id(claims["sub"])
        if user is None:
            raise AuthError(403, "user_not_found", "User from sub claim in JWT does not exist")
        session = None
        if "session_id" in claims:
            session = await self._sessions.get(str(claims["session_id"]))
            if session is None:
                said = "Session from session_id claim in JWT does not exist"
                raise AuthError(403, "session_not_found", said)
        if is_banned(user):
            raise AuthError(403, "user_banned", "User is banned")
        return user, session

    def administrator(self, request: Request) -> None:
        """Let an administrator pass, who has the service key. Raises AuthError for anybody else."""
        if self._claims(request).get("role") not in _ADMINISTRATORS:
            raise AuthError(403, "not_admin", "User not allowed")

    def _claims(self, request: Request) -> dict[str, Any]:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token")
        try:
            return self._tokens.read(token)
        except BadTokenError as error:
            said = f"invalid JWT: unable to parse or verify signature, {error}"
            raise AuthError(403, "bad_jwt", said) from None
