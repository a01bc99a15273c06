"""What the service key may do: list, make, read, change and delete users, invite them, and make links for them."""

from __future__ import annotations

import re
import secrets
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

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

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:h|ms|m|s))+")
_PHONE = "Phone signups are disabled"
_PER_PAGE = 50


class Admin:
    """/admin/users and /invite. Every request needs the service key as its bearer token."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.routes = [
            Route("/admin/users", self._list, methods=["GET"]),
            Route("/admin/users", self._create, methods=["POST"]),
            Route("/admin/users/{user_id}", self._read, methods=["GET"]),
            Route("/admin/users/{user_id}", self._change, methods=["PUT"]),
            Route("/admin/users/{user_id}", self._delete, methods=["DELETE"]),
            Route("/invite", self._invite, methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        self._service.bearers.administrator(request)
        page, size = _number(request, "page", 1), _number(request, "per_page", _PER_PAGE)
        rows, count = await self._service.users.page(page, size, request.query_params.get("filter", ""))
        last = -(-count // size) if size else 0
        links = [_link(request, page + 1, "next")] if last > page else []
        return JSONResponse(
            {"users": [self._service.shown(each) for each in rows], "aud": "authenticated"},
            headers={"X-Total-Count": str(count), "Link": ", ".join([*links, _link(request, last, "last")])},
        )

    async def _create(self, request: Request) -> Response:
        self._service.bearers.administrator(request)
        body = await bodies.read(request)
        email, password, given = (bodies.text(body, name) for name in ("email", "password", "password_hash"))
        if not email and not bodies.text(body, "phone"):
            raise AuthError(400, "validation_failed", "Cannot create a user without either an email or phone")
        if bodies.text(body, "phone"):
            raise AuthError(400, "phone_provider_disabled", _PHONE)
        email = bodies.address(email)
        if await self._service.users.by_email(email) is not None:
            raise AuthError(422, "email_exists", EMAIL_TAKEN)
        if body.get("password") is not None and given:
            said = "Only a password or a password hash should be provided"
            raise AuthError(400, "validation_failed", said)
        if given and not given.startswith("$2"):
            raise AuthError(400, "validation_failed", "password_hash must be a hash of bcrypt here")
        stored = given or await passwords.stored(password or secrets.token_urlsafe(48))
        ban = _ban(body)
        user = await self._service.users.add(email, stored, _asked(body), user_id=_given_id(body))
        if ban is not None:
            user = await self._service.users.change(user["id"], Change(ban=ban)) or user
        return JSONResponse(self._service.shown(user))

    async def _read(self, request: Request) -> Response:
        return JSONResponse(self._service.shown(await self._asked_for(request)))

    async def _change(self, request: Request) -> Response:
        user, body = await self._asked_for(request), await bodies.read(request)
        email = bodies.address(bodies.text(body, "email"))
        if bodies.text(body, "phone"):
            raise AuthError(400, "phone_provider_disabled", _PHONE)
        password = await passwords.hashed(bodies.text(body, "password")) if body.get("password") is not None else None
        change = _asked(body, email=email or None, password_hash=password, ban=_ban(body))
        changed = await self._service.users.change(user["id"], change)
        if changed is None:
            raise AuthError(404, "user_not_found", "User not found")
        if password is not None:
            await self._service.sessions.end(user["id"], None, "global")
        return JSONResponse(self._service.shown(changed))

    async def _delete(self, request: Request) -> Response:
        user, body = await self._asked_for(request), await bodies.read(request, empty=True)
        await self._service.users.delete(user["id"], softly=bodies.flag(body, "should_soft_delete"))
        return JSONResponse({})

    async def _invite(self, request: Request) -> Response:
        self._service.bearers.administrator(request)
        body = await bodies.read(request)
        email = bodies.address(bodies.text(body, "email"))
        if not email:
            raise AuthError(400, "validation_failed", "An email address is required")
        user = await self._service.users.by_email(email)
        if user is not None and user["email_confirmed_at"] is not None:
            raise AuthError(422, "email_exists", EMAIL_TAKEN)
        if user is None:
            user = await self._service.users.add(email, None, Change(metadata=bodies.metadata(body)), invited=True)
        self._service.post.send("invite", user, self._service.post.destination(request))
        return JSONResponse(self._service.shown(user))

    async def _asked_for(self, request: Request) -> Row:
        self._service.bearers.administrator(request)
        try:
            user_id = str(uuid.UUID(request.path_params["user_id"]))
        except ValueError:
            raise AuthError(404, "validation_failed", "user_id must be an UUID") from None
        user = await self._service.users.by_id(user_id)
        if user is None:
            raise AuthError(404, "user_not_found", "User not found")
        return user


def _asked(body: dict[str, Any], **more: Any) -> Change:
    return Change(
        metadata=bodies.metadata(body, "user_metadata"),
        app_metadata=bodies.metadata(body, "app_metadata"),
        role=bodies.text(body, "role") or None,
        confirmed=bodies.flag(body, "email_confirm"),
        **more,
    )


def _ban(body: dict[str, Any]) -> str | None:
    given = bodies.text(body, "ban_duration")
    if not given:
        return None
    if given == "none":
        return "0"
    if not _DURATION.fullmatch(given):
        said = f'invalid format for ban duration: time: invalid duration "{given}"'
        raise AuthError(400, "validation_failed", said)
    # PostgreSQL reads m as minutes, too, as long as a space follows each part.
    return re.sub(r"(ms|h|m|s)", r"\1 ", given)


def _given_id(body: dict[str, Any]) -> str | None:
    given = bodies.text(body, "id")
    if not given:
        return None
    try:
        made = uuid.UUID(given)
    except ValueError:
        raise AuthError(400, "validation_failed", "ID must conform to the uuid v4 format") from None
    if not made.int:
        raise AuthError(400, "validation_failed", "ID cannot be a nil uuid")
    return str(made)


def _number(request: Request, name: str, default: int) -> int:
    given = request.query_params.get(name, "")
    if given == "":
        return default
    if not (given.isascii() and given.isdecimal()) or len(given) > 9:
        said = f'Bad Pagination Parameters: strconv.ParseUint: parsing "{given}": invalid syntax'
        raise AuthError(400, "validation_failed", said)
    return int(given)


def _link(request: Request, page: int, relation: str) -> str:
    asked = urlencode({**request.query_params, "page": page})
    return f'<{request.url.path.removeprefix("/auth/v1")}?{asked}>; rel="{relation}"'
