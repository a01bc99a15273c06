"""The tokens of one environment: JWTs signed with HS256, as GoTrue, Supabase's auth server, makes them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import jwt

_TEN_YEARS = 10 * 365 * 24 * 3600
_ALGORITHM = "HS256"
_SIGNATURE_ONLY = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}


class BadTokenError(Exception):
    """A token that is not valid. expired: seconds since it ran out, None if it is bad for another reason."""

    def __init__(self, reason: str, expired: int | None = None) -> None:
        super().__init__(reason)
        self.expired = expired


@dataclass(frozen=True)
class Tokens:
    """One signing secret, the two API keys that are signed with it, and the publishable key, which is not a token."""

    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    anon_key: str = field(init=False, repr=False)
    service_role_key: str = field(init=False, repr=False)
    publishable_key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "anon_key", self.sign({"role": "anon"}, _TEN_YEARS))
        object.__setattr__(self, "service_role_key", self.sign({"role": "service_role"}, _TEN_YEARS))
        object.__setattr__(self, "publishable_key", "sb_publishable_" + secrets.token_urlsafe(24))

    def is_key(self, text: str) -> bool:
        """Return whether a text is one of the project's API keys."""
        return text in (self.anon_key, self.service_role_key, self.publishable_key)

    def sign(self, claims: dict[str, Any], seconds: int) -> str:
        """Return a token of these claims, with iss, iat and exp, that runs out after this many seconds."""
        now = int(time.time())
        return jwt.encode({"iss": "supabase", **claims, "iat": now, "exp": now + seconds}, self.secret, _ALGORITHM)

    def verified(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that is signed with our secret; the publishable key stands for the anon key.

        Whether it has run out, and whose it is, is for the reader to judge. Raises BadTokenError.
        """
        return self._decoded(token, _SIGNATURE_ONLY)

    def read(self, token: str) -> dict[str, Any]:
        """Return the claims of a token; the publishable key stands for the anon key.

        Raises BadTokenError if the token is not signed with our secret, has run out, or lacks a role or an expiry.
        """
        # aud is for the reader to judge, and the token of a clock slightly ahead is valid.
        claims = self._decoded(
            token, {"require": ["exp"], "verify_aud": False, "verify_exp": False, "verify_iat": False}
        )
        if not is_name(claims.get("role")) or not isinstance(claims["exp"], int):
            raise BadTokenError("the token has no role or no whole-number exp")
        if claims["exp"] <= time.time():
            raise BadTokenError("JWT expired", expired=int(time.time()) - claims["exp"])
        return claims

    def _decoded(self, token: str, options: Any) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                self.anon_key if token == self.publishable_key else token,
                self.secret,
                algorithms=[_ALGORITHM],
                options=options,
            )
        except jwt.PyJWTError as error:
            raise BadTokenError(str(error)) from None
        return claims


def is_name(role: object) -> bool:
    """Return whether a role can be a name: JSON can hold what PostgreSQL cannot, a NUL or half of a surrogate pair."""
    return isinstance(role, str) and role.isprintable()
