"""Signs and reads the tokens of one environment: HS256, as Supabase's auth server makes them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import jwt

_TEN_YEARS = 10 * 365 * 24 * 3600
_ALGORITHM = "HS256"


class BadTokenError(Exception):
    """The token is no proof of anything. expired: seconds since it ran out, None if it is bad for another reason."""

    def __init__(self, reason: str, expired: int | None = None) -> None:
        super().__init__(reason)
        self.expired = expired


@dataclass(frozen=True)
class Tokens:
    """One signing secret, the two API keys that are signed with it, and the key that is no token."""

    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    anon_key: str = field(init=False, repr=False)
    service_role_key: str = field(init=False, repr=False)
    publishable_key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "anon_key", self.sign({"role": "anon"}, _TEN_YEARS))
        object.__setattr__(self, "service_role_key", self.sign({"role": "service_role"}, _TEN_YEARS))
        object.__setattr__(self, "publishable_key", "sb_publishable_" + secrets.token_urlsafe(24))

    def is_key(self, text: str) -> bool:
        """Whether it is one of the project's API keys."""
        return text in (self.anon_key, self.service_role_key, self.publishable_key)

    def sign(self, claims: dict[str, Any], seconds: int) -> str:
        """A token of these claims that runs out after this many seconds."""
        now = int(time.time())
        return jwt.encode({"iss": "supabase", **claims, "iat": now, "exp": now + seconds}, self.secret, _ALGORITHM)

    def read(self, token: str) -> dict[str, Any]:
        """The claims of a token. Raises BadTokenError if it is not ours, has run out, or says no role or expiry.

        The publishable key stands for the anon key.
        """
        try:
            claims: dict[str, Any] = jwt.decode(
                self.anon_key if token == self.publishable_key else token,
                self.secret,
                algorithms=[_ALGORITHM],
                # aud is the reader's business, and a token of a clock slightly ahead is still a token.
                options={"require": ["exp"], "verify_aud": False, "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise BadTokenError(str(error)) from None
        if not _is_name(claims.get("role")) or not isinstance(claims["exp"], int):
            raise BadTokenError("the token has no role or no whole-number exp")
        if claims["exp"] <= time.time():
            raise BadTokenError("JWT expired", expired=int(time.time()) - claims["exp"])
        return claims


def _is_name(role: object) -> bool:
    """JSON also holds texts that PostgreSQL cannot: with a NUL, or half of a surrogate pair."""
    return isinstance(role, str) and role.isprintable()
