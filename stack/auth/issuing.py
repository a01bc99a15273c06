"""A session as the API answers it: the access token with its claims, the refresh token and the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack.auth.errors import AuthError
from stack.auth.shown import is_banned, shown

if TYPE_CHECKING:
    from stack.auth.database import Row
    from stack.auth.sessions import Session, Sessions
    from stack.auth.settings import Settings
    from stack.auth.users import Users
    from stack.tokens import Tokens


class Issuer:
    """Signs people in."""

    def __init__(self, users: Users, sessions: Sessions, tokens: Tokens, settings: Settings) -> None:
        self._users, self._sessions, self._tokens, self._settings = users, sessions, tokens, settings

    async def sign_in(self, user: Row, method: str) -> dict[str, Any]:
        """Open a session of a user, and return it. method: what the claim amr says. Raises AuthError if banned."""
        if is_banned(user):
            raise AuthError(400, "user_banned", "User is banned")
        await self._users.signed_in(user["id"])
        session = await self._sessions.open(user["id"], method)
        return self.answer(await self._users.by_id(user["id"]) or user, session)

    async def refresh(self, token: str) -> dict[str, Any]:
        """Return the session of a refresh token, with new tokens. Raises AuthError."""
        session = await self._sessions.refresh(token)
        user = await self._users.by_id(session.user_id)
        if user is None:
            raise AuthError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        if is_banned(user):
            raise AuthError(400, "user_banned", "Invalid Refresh Token: User Banned")
        return self.answer(user, session)

    def answer(self, user: Row, session: Session) -> dict[str, Any]:
        """Return the session as the API does, with an access token made just now."""
        person = shown(user)
        same = {name: person[name] for name in ("aud", "role", "email", "phone", "app_metadata", "user_metadata")}
        claims = {
            **same,
            "iss": self._settings.issuer,
            "sub": user["id"],
            "aal": "aal1",
            "amr": [{"method": session.method, "timestamp": session.signed_in}],
            "session_id": session.id,
            "is_anonymous": user["is_anonymous"],
        }
        token = self._tokens.issue(claims, self._settings.token_seconds)
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self._settings.token_seconds,
            "expires_at": self._tokens.read(token)["exp"],
            "refresh_token": session.refresh_token,
            "user": person,
        }
