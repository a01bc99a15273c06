"""Signing up and in: with a password, without saying who one is, with a refresh token, with a code to exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from stack.auth import bodies, codes, passwords
from stack.auth.errors import AuthError
from stack.auth.shown import is_banned, shown
from stack.auth.users import Change

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stack.auth.database import Row
    from stack.auth.service import Service

_WRONG = "Invalid login credentials"


class SigningIn:
    """POST /signup and /token."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.routes = [
            Route("/signup", self._sign_up, methods=["POST"]),
            Route("/token", self._token, methods=["POST"]),
        ]

    async def _sign_up(self, request: Request) -> Response:
        body = await bodies.read(request)
        email, phone, password = (bodies.text(body, name) for name in ("email", "phone", "password"))
        if not email and not phone:
            return await self._anonymous(body)
        if not password:
            raise AuthError(400, "validation_failed", "Signup requires a valid password")
        password_hash = await passwords.hashed(password)
        if email and phone:
            said = "Only an email address or phone number should be provided on signup."
            raise AuthError(400, "validation_failed", said)
        pkce = codes.challenge(bodies.text(body, "code_challenge_method"), bodies.text(body, "code_challenge"))
        if phone:
            raise AuthError(400, "phone_provider_disabled", "Phone signups are disabled")
        confirm = self._service.settings.confirm
        address, data = bodies.address(email), bodies.metadata(body)
        known = await self._service.users.by_email(address) if confirm else None
        if known is not None and known["email_confirmed_at"] is not None:
            # As GoTrue does, so that nobody learns who has signed up.
            return JSONResponse(shown({**known, "identities": [], "raw_user_meta_data": data}))
        user = known or await self._service.users.add(
            address, password_hash, Change(metadata=data, confirmed=not confirm)
        )
        if not confirm:
            return JSONResponse(await self._service.issuer.sign_in(user, "password"))
        self._service.post.send("signup", user, self._service.post.destination(request), pkce=pkce)
        return JSONResponse(shown(user))

    async def _anonymous(self, body: Row) -> Response:
        if not self._service.settings.anonymous:
            raise AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
        user = await self._service.users.add(None, None, Change(metadata=bodies.metadata(body)))
        return JSONResponse(await self._service.issuer.sign_in(user, "anonymous"))

    async def _token(self, request: Request) -> Response:
        grant = request.query_params.get("grant_type")
        if grant == "id_token":
            raise AuthError(400, "provider_disabled", "Provider (issuer) is not enabled")
        if grant == "web3":
            raise AuthError(422, "web3_provider_disabled", "Web3 provider is disabled")
        body = await bodies.read(request)
        if grant == "password":
            return await self._with_password(body)
        if grant == "refresh_token":
            token = bodies.text(body, "refresh_token")
            if not token:
                raise AuthError(400, "validation_failed", "refresh_token required")
            return JSONResponse(await self._service.issuer.refresh(token))
        if grant == "pkce":
            return await self._with_code(body)
        raise AuthError(400, "invalid_credentials", "unsupported_grant_type")

    async def _with_password(self, body: Row) -> Response:
        email, phone, password = (bodies.text(body, name) for name in ("email", "phone", "password"))
        if email and phone:
            said = "Only an email address or phone number should be provided on login."
            raise AuthError(400, "validation_failed", said)
        if phone:
            raise AuthError(422, "phone_provider_disabled", "Phone logins are disabled")
        if not email:
            raise AuthError(400, "validation_failed", "missing email or phone")
        user = await self._service.users.by_email(email)
        if user is None or not user["encrypted_password"]:
            raise AuthError(400, "invalid_credentials", _WRONG)
        if is_banned(user):
            raise AuthError(400, "user_banned", "User is banned")
        if not await passwords.matches(password, user["encrypted_password"]):
            raise AuthError(400, "invalid_credentials", _WRONG)
        if user["email_confirmed_at"] is None:
            raise AuthError(400, "email_not_confirmed", "Email not confirmed")
        return JSONResponse(await self._service.issuer.sign_in(user, "password"))

    async def _with_code(self, body: Row) -> Response:
        user_id, method = self._service.codes.exchange(
            bodies.text(body, "auth_code"), bodies.text(body, "code_verifier")
        )
        user = await self._service.users.by_id(user_id)
        if user is None:
            raise AuthError(404, "user_not_found", "User not found")
        return JSONResponse(await self._service.issuer.sign_in(user, method))
