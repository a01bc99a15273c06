"""The requests that auth answers. Codes, statuses and messages are those of GoTrue, Supabase's own service."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stack.auth import bodies, passwords
from stack.auth.errors import AuthError
from stack.auth.users import shown
from stack.tokens import BadTokenError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stack.auth.sessions import Session, Sessions
    from stack.auth.users import Row, Users
    from stack.tokens import Tokens

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SCOPES = ("global", "local", "others")


class Endpoints:
    """One method for each request. issuer: the claim iss of the tokens; token_seconds: how long they are valid."""

    def __init__(self, users: Users, sessions: Sessions, tokens: Tokens, issuer: str, token_seconds: int) -> None:
        self._users, self._sessions, self._tokens = users, sessions, tokens
        self._issuer, self._token_seconds = issuer, token_seconds
        self.routes = [
            Route("/token", self._token, methods=["POST"]),
            Route("/signup", self._sign_up, methods=["POST"]),
            Route("/user", self._user, methods=["GET"]),
            Route("/user", self._change_user, methods=["PUT"]),
            Route("/logout", self._logout, methods=["POST"]),
            Route("/otp", self._one_time_password, methods=["POST"]),
            Route("/.well-known/jwks.json", self._keys, methods=["GET"]),
        ]

    async def _token(self, request: Request) -> Response:
        grant, body = request.query_params.get("grant_type"), await bodies.read(request)
        if grant == "password":
            return await self._sign_in(body)
        if grant == "refresh_token":
            return await self._refresh(body)
        raise AuthError(400, "invalid_credentials", "unsupported_grant_type")

    async def _sign_in(self, body: Row) -> Response:
        email, password = bodies.text(body, "email"), bodies.text(body, "password")
        phone = bodies.text(body, "phone")
        if email and phone:
            said = "Only an email address or phone number should be provided on login."
            raise AuthError(400, "validation_failed", said)
        if phone:
            raise AuthError(422, "phone_provider_disabled", "Phone logins are disabled")
        if not email:
            raise AuthError(400, "validation_failed", "missing email or phone")
        user = await self._users.by_email(email)
        if user is None or not await passwords.matches(password, user["encrypted_password"]):
            raise AuthError(400, "invalid_credentials", "Invalid login credentials")
        if user["email_confirmed_at"] is None:
            raise AuthError(400, "email_not_confirmed", "Email not confirmed")
        return self._session(user, self._sessions.open(user["id"]))

    async def _refresh(self, body: Row) -> Response:
        token = bodies.text(body, "refresh_token")
        if not token:
            raise AuthError(400, "validation_failed", "refresh_token required")
        session = self._sessions.refresh(token)
        user = await self._users.by_id(session.user_id)
        if user is None:
            raise AuthError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        return self._session(user, session)

    async def _sign_up(self, request: Request) -> Response:
        body = await bodies.read(request)
        email, phone, password = (bodies.text(body, name) for name in ("email", "phone", "password"))
        if not email and not phone:
            raise AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
        if not password:
            raise AuthError(400, "validation_failed", "Signup requires a valid password")
        password_hash = await passwords.hashed(password)
        if email and phone:
            said = "Only an email address or phone number should be provided on signup."
            raise AuthError(400, "validation_failed", said)
        if phone:
            raise AuthError(400, "phone_provider_disabled", "Phone signups are disabled")
        email = _address(email)
        user = await self._users.add(email, password_hash, bodies.metadata(body))
        return self._session(user, self._sessions.open(user["id"]))

    async def _user(self, request: Request) -> Response:
        user, _ = await self._signed_in(request)
        return JSONResponse(shown(user))

    async def _change_user(self, request: Request) -> Response:
        user, session = await self._signed_in(request)
        body = await bodies.read(request)
        email, password = _address(bodies.text(body, "email")) or None, bodies.text(body, "password")
        if password and await passwords.matches(password, user["encrypted_password"]):
            raise AuthError(422, "same_password", "New password should be different from the old password.")
        password_hash = await passwords.hashed(password) if password else None
        if body.get("app_metadata") is not None:
            raise AuthError(403, "not_admin", "Updating app_metadata requires admin privileges")
        if bodies.text(body, "phone"):
            raise AuthError(400, "phone_provider_disabled", "Phone logins are disabled")
        changed = await self._users.change(user["id"], email, password_hash, bodies.metadata(body))
        if changed is None:
            raise _no_user()
        if password_hash:
            self._sessions.end(user["id"], session, "others")
        return JSONResponse(shown(changed))

    async def _logout(self, request: Request) -> Response:
        scope = request.query_params.get("scope", "global")
        if scope not in _SCOPES:
            raise AuthError(400, "validation_failed", f'Unsupported logout scope "{scope}"')
        user, session = await self._signed_in(request)
        self._sessions.end(user["id"], session, scope)
        return Response(status_code=204)

    async def _one_time_password(self, _: Request) -> Response:
        raise AuthError(422, "otp_disabled", "Signups not allowed for otp")

    async def _keys(self, _: Request) -> Response:
        """Answer with no key: the tokens are signed with the project's secret."""
        return JSONResponse({"keys": []})

    async def _signed_in(self, request: Request) -> tuple[Row, Session | None]:
        """Return who asks, and in which session; a token that was made elsewhere has none. Raises AuthError."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise AuthError(401, "no_authorization", "This endpoint requires a valid Bearer token")
        claims = self._claims(token)
        user = await self._users.by_id(claims["sub"])
        if user is None:
            raise _no_user()
        if "session_id" not in claims:
            return user, None
        session = self._sessions.get(str(claims["session_id"]))
        if session is None:
            said = "Session from session_id claim in JWT does not exist"
            raise AuthError(403, "session_not_found", said)
        return user, session

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            claims = self._tokens.read(token)
        except BadTokenError as error:
            said = f"invalid JWT: unable to parse or verify signature, {error}"
            raise AuthError(403, "bad_jwt", said) from None
        try:
            uuid.UUID(claims.get("sub", ""))
        except (ValueError, AttributeError, TypeError):
            raise AuthError(403, "bad_jwt", "invalid claim: sub is missing or not a UUID") from None
        return claims

    def _session(self, user: Row, session: Session) -> Response:
        person = shown(user)
        same = {name: person[name] for name in ("aud", "role", "email", "phone", "app_metadata", "user_metadata")}
        claims = {
            **same,
            "iss": self._issuer,
            "sub": user["id"],
            "aal": "aal1",
            "amr": [{"method": "password", "timestamp": session.signed_in}],
            "session_id": session.id,
            "is_anonymous": user["is_anonymous"],
        }
        token = self._tokens.sign(claims, self._token_seconds)
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "bearer",
                "expires_in": self._token_seconds,
                "expires_at": self._tokens.read(token)["exp"],
                "refresh_token": session.refresh_token,
                "user": person,
            }
        )


def _address(given: str) -> str:
    email = given.strip().lower()
    if email and not _EMAIL.fullmatch(email):
        raise AuthError(400, "validation_failed", "Unable to validate email address: invalid format")
    return email


def _no_user() -> AuthError:
    return AuthError(403, "user_not_found", "User from sub claim in JWT does not exist")
