"""What a user does with their own account: read it, change it, sign out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stack.auth import bodies, codes, passwords
from stack.auth.errors import AuthError
from stack.auth.users import EMAIL_TAKEN, Change

if TYPE_CHECKING:
    from starlette.requests import Request

    from stack.auth.database import Row
    from stack.auth.service import Service

_SCOPES = ("global", "local", "others")


class Account:
    """GET and PUT /user, POST /logout, GET /reauthenticate."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.routes = [
            Route("/user", self._user, methods=["GET"]),
            Route("/user", self._change_user, methods=["PUT"]),
            Route("/logout", self._logout, methods=["POST"]),
            Route("/reauthenticate", self._reauthenticate, methods=["GET"]),
        ]

    async def _user(self, request: Request) -> Response:
        user, _ = await self._service.bearers.user(request)
        return JSONResponse(self._service.shown(user))

    async def _change_user(self, request: Request) -> Response:
        user, session = await self._service.bearers.user(request)
        body = await bodies.read(request)
        email, password = bodies.address(bodies.text(body, "email")), bodies.text(body, "password")
        pkce = codes.challenge(bodies.text(body, "code_challenge_method"), bodies.text(body, "code_challenge"))
        if bodies.phone(bodies.text(body, "phone")):
            raise AuthError(400, "phone_provider_disabled", "Phone logins are disabled")
        password_hash = await passwords.hashed(password) if body.get("password") is not None else None
        if body.get("app_metadata") is not None:
            raise AuthError(403, "not_admin", "Updating app_metadata requires admin privileges")
        if user["is_anonymous"] and password and not email:
            said = "Updating password of an anonymous user without an email or phone is not allowed"
            raise AuthError(422, "validation_failed", said)
        if password and await passwords.matches(password, user["encrypted_password"]):
            raise AuthError(422, "same_password", "New password should be different from the old password.")
        new = email if email != user["email"] else ""
        if new and await self._service.users.by_email(new) is not None:
            raise AuthError(422, "email_exists", EMAIL_TAKEN)
        # Somebody who was nobody gets an address at once, everybody else by clicking on a link.
        at_once = bool(new) and user["is_anonymous"] and not self._service.settings.confirm
        change = Change(
            email=new if at_once else None,
            password_hash=password_hash,
            metadata=bodies.metadata(body),
            confirmed=at_once,
        )
        changed = await self._service.users.change(user["id"], change)
        if changed is None:
            raise AuthError(403, "user_not_found", "User from sub claim in JWT does not exist")
        if password_hash:
            await self._service.sessions.end(user["id"], session, "others")
        if new and not at_once:
            self._send_change(changed, new, self._service.post.destination(request), pkce)
        return JSONResponse(self._service.shown(changed))

    def _send_change(self, user: Row, new: str, destination: str, pkce: codes.Challenge | None) -> None:
        self._service.codes.want_address(user["id"], new)
        if user["email"]:
            self._service.post.send("email_change_current", user, destination, pkce=pkce)
        self._service.post.send("email_change_new", user, destination, to=new, pkce=pkce)

    async def _reauthenticate(self, request: Request) -> Response:
        """Send a code that a change of the password may ask for; in a project as it is at first, none does."""
        user, _ = await self._service.bearers.user(request)
        if not user["email"]:
            said = "Reauthentication requires the user to have an email or a phone number"
            raise AuthError(400, "validation_failed", said)
        if user["email_confirmed_at"] is None:
            raise AuthError(422, "email_not_confirmed", "Please verify your email first.")
        self._service.post.send_code("reauthentication", user)
        return JSONResponse({})

    async def _logout(self, request: Request) -> Response:
        scope = request.query_params.get("scope") or "global"
        if scope not in _SCOPES:
            raise AuthError(400, "validation_failed", f'Unsupported logout scope "{scope}"')
        user, session = await self._service.bearers.user(request)
        await self._service.sessions.end(user["id"], session, scope if session is not None else "global")
        return Response(status_code=204)
