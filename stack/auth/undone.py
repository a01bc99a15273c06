"""What this service leaves out: refused as GoTrue refuses it in a project that has it turned off."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from stack.auth import bodies
from stack.auth.errors import AuthError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from stack.auth.service import Service

_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_PROVIDER = (400, "validation_failed", "Unsupported provider: provider is not enabled")
_SAML = (404, "saml_provider_disabled", "SAML 2.0 is disabled")
_PASSKEYS = (404, "passkey_disabled", "Passkey is disabled")
_LINKING = (404, "manual_linking_disabled", "Manual linking is disabled")
_OAUTH = (404, "feature_disabled", "OAuth 2.1 server is disabled")
_OF_USERS = "/user/"
_FACTORS = {"totp": "TOTP", "phone": "Phone", "webauthn": "WebAuthn"}
_REFUSED = {
    "/authorize": _PROVIDER,
    "/callback": _PROVIDER,
    "/sso": _SAML,
    "/sso/{rest:path}": _SAML,
    "/admin/sso/{rest:path}": _SAML,
    "/passkeys": _PASSKEYS,
    "/passkeys/{rest:path}": _PASSKEYS,
    "/user/identities/{rest:path}": _LINKING,
    "/oauth/{rest:path}": _OAUTH,
    "/admin/oauth/{rest:path}": _OAUTH,
}


class Undone:
    """GET /settings and /health, and a refusal by name for each family of requests that is left out."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.routes = [
            Route("/settings", self._settings, methods=["GET"]),
            Route("/health", self._health, methods=["GET"]),
            Route("/factors", self._enroll, methods=["POST"]),
            Route("/factors/{id}", self._factor, methods=["DELETE"]),
            Route("/factors/{id}/{verb:path}", self._factor, methods=["POST"]),
            *(Route(path, self._refusal(path, *said), methods=_ALL) for path, said in _REFUSED.items()),
        ]

    async def _settings(self, _: Request) -> Response:
        settings = self._service.settings
        return JSONResponse(
            {
                "external": {"anonymous_users": settings.anonymous, "email": True, "phone": False},
                "disable_signup": False,
                "mailer_autoconfirm": not settings.confirm,
                "phone_autoconfirm": False,
                "sms_provider": "",
                "saml_enabled": False,
                "passkeys_enabled": False,
            }
        )

    async def _health(self, _: Request) -> Response:
        return JSONResponse({"name": "GoTrue", "description": "the embedded Supabase's auth service"})

    async def _enroll(self, request: Request) -> Response:
        await self._service.bearers.user(request)
        kind = bodies.text(await bodies.read(request), "factor_type")
        if kind not in _FACTORS:
            raise AuthError(400, "validation_failed", "factor_type needs to be totp, phone, or webauthn")
        raise AuthError(422, f"mfa_{kind}_enroll_not_enabled", f"MFA enroll is disabled for {_FACTORS[kind]}")

    async def _factor(self, request: Request) -> Response:
        """Refuse a factor by its id: nobody has one."""
        await self._service.bearers.user(request)
        try:
            uuid.UUID(request.path_params["id"])
        except ValueError:
            raise AuthError(404, "validation_failed", "factor_id must be an UUID") from None
        raise AuthError(404, "mfa_factor_not_found", "Factor not found")

    def _refusal(self, path: str, status: int, code: str, message: str) -> Callable[[Request], Awaitable[Response]]:
        bearers = self._service.bearers

        async def refuse(request: Request) -> Response:
            # Who may not ask at all is told so first.
            if path.startswith("/admin/"):
                bearers.administrator(request)
            elif path.startswith(_OF_USERS):
                await bearers.user(request)
            raise AuthError(status, code, message)

        return refuse
