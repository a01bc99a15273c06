"""Codes by mail: asked for, asked for again, and used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from stack.auth import bodies, codes
from stack.auth.errors import AuthError
from stack.auth.shown import is_banned
from stack.auth.users import Change

if TYPE_CHECKING:
    from starlette.requests import Request

    from stack.auth.codes import Code
    from stack.auth.database import Row
    from stack.auth.service import Service

_ONE_OF_TWO = "Confirmation link accepted. Please proceed to confirm link sent to the other email"
_EXPIRED = "Token has expired or is invalid"
_LINK_EXPIRED = "Email link is invalid or has expired"
_RESENT = {"signup": "signup", "email_change": "email_change"}


class Verifying:
    """POST /otp, /magiclink, /recover and /resend; GET and POST /verify."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.routes = [
            Route("/otp", self._one_time_password, methods=["POST"]),
            Route("/magiclink", self._one_time_password, methods=["POST"]),
            Route("/recover", self._recover, methods=["POST"]),
            Route("/resend", self._resend, methods=["POST"]),
            Route("/verify", self._verify, methods=["POST"]),
            Route("/verify", self._follow, methods=["GET"]),
        ]

    async def _one_time_password(self, request: Request) -> Response:
        body = await bodies.read(request)
        email, phone = bodies.address(bodies.text(body, "email")), bodies.text(body, "phone")
        if email and phone:
            raise AuthError(400, "validation_failed", "Only an email address or phone number should be provided")
        pkce = _challenge(body)
        if phone:
            raise AuthError(400, "phone_provider_disabled", "Unsupported phone provider")
        if not email:
            raise AuthError(400, "validation_failed", "One of email or phone must be set")
        data, create = bodies.metadata(body), bodies.flag(body, "create_user", default=True)
        user = await self._service.users.by_email(email)
        confirm = self._service.settings.confirm
        if user is None:
            if not create:
                raise AuthError(422, "otp_disabled", "Signups not allowed for otp")
            user = await self._service.users.add(email, None, Change(metadata=data, confirmed=not confirm))
        kind = "magiclink" if user["email_confirmed_at"] is not None else "signup"
        self._service.post.send(kind, user, self._service.post.destination(request), pkce=pkce)
        return JSONResponse({})

    async def _recover(self, request: Request) -> Response:
        body = await bodies.read(request)
        email = bodies.address(bodies.text(body, "email"))
        if not email:
            raise AuthError(400, "validation_failed", "Password recovery requires an email")
        pkce = _challenge(body)
        user = await self._service.users.by_email(email)
        if user is not None:
            self._service.post.send("recovery", user, self._service.post.destination(request), pkce=pkce)
        return JSONResponse({})

    async def _resend(self, request: Request) -> Response:
        body = await bodies.read(request)
        kind, email = bodies.text(body, "type"), bodies.address(bodies.text(body, "email"))
        if kind in ("sms", "phone_change"):
            raise AuthError(400, "phone_provider_disabled", "Phone logins are disabled")
        if kind not in _RESENT:
            said = "Missing one of these types: signup, email_change, sms, phone_change"
            raise AuthError(400, "validation_failed", said)
        if not email:
            raise AuthError(400, "validation_failed", "Type provided requires an email address")
        pkce = _challenge(body)
        user = await self._service.users.by_email(email)
        if user is None:
            return JSONResponse({})
        destination = self._service.post.destination(request)
        new = self._service.codes.wanted_address(user["id"])
        if kind == "signup" and user["email_confirmed_at"] is None:
            self._service.post.send("signup", user, destination, pkce=pkce)
        elif kind == "email_change" and new:
            self._service.post.send("email_change_current", user, destination, pkce=pkce)
            self._service.post.send("email_change_new", user, destination, to=new, pkce=pkce)
        return JSONResponse({})

    async def _verify(self, request: Request) -> Response:
        body = await bodies.read(request)
        kind, token, token_hash = (bodies.text(body, name) for name in ("type", "token", "token_hash"))
        email, phone = bodies.text(body, "email"), bodies.text(body, "phone")
        if not kind:
            raise AuthError(400, "validation_failed", "Verify requires a verification type")
        if bool(token) == bool(token_hash):
            raise AuthError(400, "validation_failed", "Verify requires either a token or a token hash")
        if token and bodies.phone(phone) and not email:
            raise AuthError(403, "otp_expired", _EXPIRED)
        if token and bool(email) == bool(phone):
            said = "Only an email address or phone number should be provided on verify"
            raise AuthError(400, "validation_failed", said)
        if token_hash and (email or phone or bodies.text(body, "redirect_to")):
            raise AuthError(400, "validation_failed", "Only the token_hash and type should be provided")
        kinds = _kinds(kind)
        if token:
            found = self._service.codes.by_digits(bodies.address(email), token, kinds)
        else:
            found = self._service.codes.by_hash(token_hash, kinds)
        if found is None:
            raise AuthError(403, "otp_expired", _EXPIRED if token else _LINK_EXPIRED)
        user = await self._used(found)
        if user is None:
            return JSONResponse({"msg": _ONE_OF_TWO, "code": "200"})
        return JSONResponse(await self._service.issuer.sign_in(user, "otp"))

    async def _follow(self, request: Request) -> Response:
        """Follow a link of a mail: to where it leads, with a session, a code to exchange, or what is wrong."""
        destination = self._service.post.destination(request)
        kind, token = request.query_params.get("type", ""), request.query_params.get("token", "")
        if not token:
            raise AuthError(400, "validation_failed", "Verify requires a token or a token hash")
        if not kind:
            raise AuthError(400, "validation_failed", "Verify requires a verification type")
        try:
            found = self._service.codes.by_hash(token, _kinds(kind))
            if found is None:
                raise AuthError(403, "otp_expired", _LINK_EXPIRED)
            user = await self._used(found)
            if user is None:
                return _redirect(destination, {"message": _ONE_OF_TWO})
            if found.pkce:
                code = self._service.codes.flow(found, "magiclink" if kind == "magiclink" else "otp")
                return _redirect(destination, {}, {"code": code})
            session = await self._service.issuer.sign_in(user, "otp")
        except AuthError as error:
            said = {"error": "access_denied", "error_code": error.code, "error_description": str(error)}
            return _redirect(destination, said, said if token.startswith("pkce_") else {})
        named = ("access_token", "expires_at", "expires_in", "refresh_token", "token_type")
        return _redirect(destination, {**{name: session[name] for name in named}, "type": kind})

    async def _used(self, code: Code) -> Row | None:
        """Use a code up: confirm what it was sent for. None if the other address has to be confirmed, too."""
        user = await self._service.users.by_id(code.user_id)
        if user is None:
            raise AuthError(403, "otp_expired", _EXPIRED)
        if is_banned(user):
            raise AuthError(403, "user_banned", "User is banned")
        self._service.codes.use(code)
        if not code.kind.startswith("email_change"):
            return await self._service.users.change(user["id"], Change(confirmed=True))
        other = next(kind for kind in codes.KINDS["email_change"] if kind != code.kind)
        if self._service.settings.confirm and self._service.codes.waiting(user["id"], other):
            return None
        new = self._service.codes.wanted_address(user["id"])
        changed = await self._service.users.change(user["id"], Change(email=new, confirmed=True))
        self._service.codes.address_changed(user["id"])
        return changed


def _kinds(kind: str) -> tuple[str, ...]:
    if kind not in codes.KINDS:
        raise AuthError(400, "validation_failed", "Invalid email verification type")
    return codes.KINDS[kind]


def _challenge(body: dict[str, Any]) -> codes.Challenge | None:
    return codes.challenge(bodies.text(body, "code_challenge_method"), bodies.text(body, "code_challenge"))


def _redirect(to: str, fragment: dict[str, Any], query: dict[str, Any] | None = None) -> Response:
    parts = urlsplit(to)
    asked = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *(query or {}).items()])
    return RedirectResponse(parts._replace(query=asked, fragment=urlencode(fragment)).geturl(), 303)
