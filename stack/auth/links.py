"""Links that an administrator makes for somebody, instead of sending a mail."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from stack.auth import bodies, passwords
from stack.auth.errors import AuthError
from stack.auth.users import EMAIL_TAKEN, Change

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stack.auth.database import Row
    from stack.auth.service import Service

_TYPES = ("signup", "invite", "magiclink", "recovery", "email_change_current", "email_change_new")


class Links:
    """POST /admin/generate_link, with the service key."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.routes = [Route("/admin/generate_link", self._generate, methods=["POST"])]

    async def _generate(self, request: Request) -> Response:
        self._service.bearers.administrator(request)
        body = await bodies.read(request)
        kind, email = bodies.text(body, "type"), bodies.address(bodies.text(body, "email"))
        if not email:
            raise AuthError(400, "validation_failed", "An email address is required")
        if kind not in _TYPES:
            raise AuthError(400, "validation_failed", f"Invalid email action link type requested: {kind}")
        user = await self._service.users.by_email(email)
        password = bodies.text(body, "password")
        if user is None and kind == "magiclink":
            kind, password = "signup", secrets.token_urlsafe(48)
        if kind in ("signup", "invite"):
            user = await self._new(user, kind, email, password, body)
        elif user is None:
            raise AuthError(404, "user_not_found", "User with this email not found")
        to = await self._new_address(user, body) if kind.startswith("email_change") else None
        code = self._service.post.new_code(kind, user, to=to if kind == "email_change_new" else None)
        destination = self._service.post.destination(request, bodies.text(body, "redirect_to"))
        return JSONResponse(
            {
                **self._service.shown(user),
                "action_link": self._service.post.link(kind, code, destination),
                "email_otp": code.otp,
                "hashed_token": code.hash,
                "verification_type": kind,
                "redirect_to": destination,
            }
        )

    async def _new(self, user: Row | None, kind: str, email: str, password: str, body: Row) -> Row:
        if user is not None:
            if user["email_confirmed_at"] is not None:
                raise AuthError(422, "email_exists", EMAIL_TAKEN)
            return await self._service.users.change(user["id"], Change(metadata=bodies.metadata(body))) or user
        if kind == "signup" and not password:
            raise AuthError(400, "validation_failed", "Signup requires a valid password")
        stored = await passwords.stored(password) if kind == "signup" else None
        change = Change(metadata=bodies.metadata(body))
        return await self._service.users.add(email, stored, change, invited=kind == "invite")

    async def _new_address(self, user: Row, body: Row) -> str:
        new = bodies.address(bodies.text(body, "new_email"))
        if not new:
            raise AuthError(400, "validation_failed", "An email address is required")
        if await self._service.users.by_email(new) is not None:
            raise AuthError(422, "email_exists", EMAIL_TAKEN)
        self._service.codes.want_address(user["id"], new)
        return new
