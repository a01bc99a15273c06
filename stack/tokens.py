"""The tokens of one environment: JWTs as GoTrue, Supabase's auth server, makes them, and the project's API keys."""

from __future__ import annotations

import base64
import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from stack.signing import SigningKey

_ALGORITHM = "HS256"
_SIGNATURE_ONLY = {f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}
# What the keys that are not tokens begin with.
OPAQUE, PUBLISHABLE, SECRET = "sb_", "sb_publishable_", "sb_secret_"
_KEY_ROLES = ("anon", "service_role")
# The same at each start, so that keys of the same secret are the same: 1 January 2025, and ten years later.
_KEYS_FROM, _KEYS_UNTIL = 1_735_689_600, 2_051_222_400


class BadTokenError(Exception):
    """A token that is not valid. expired: seconds since it ran out, None if it is bad for another reason."""

    def __init__(self, reason: str, expired: int | None = None) -> None:
        super().__init__(reason)
        self.expired = expired


@dataclass(frozen=True)
class Tokens:
    """One secret, and what follows from it: two API keys that it signs, and two that are not tokens and stand for them.

    key: what signs access tokens instead of the secret, whose tokens stay valid. publishable_key, secret_key: given, or
    "" for ones that follow from the secret as well.
    """

    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    key: SigningKey | None = None
    anon_key: str = field(init=False, repr=False)
    service_role_key: str = field(init=False, repr=False)
    publishable_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "anon_key", self._api_key("anon"))
        object.__setattr__(self, "service_role_key", self._api_key("service_role"))
        object.__setattr__(self, "publishable_key", self.publishable_key or PUBLISHABLE + self._opaque("publishable"))
        object.__setattr__(self, "secret_key", self.secret_key or SECRET + self._opaque("secret"))

    @property
    def public_keys(self) -> list[dict[str, Any]]:
        """The keys that access tokens can be verified with, as JWKs; none if the secret signs them."""
        return [] if self.key is None else [self.key.jwk]

    def is_key(self, text: str) -> bool:
        """Return whether a text is one of the project's API keys, or a token of ours for the same roles.

        The keys that the Supabase CLI prints for a secret differ from ours in their dates only.
        """
        if text in (self.anon_key, self.service_role_key, self.publishable_key, self.secret_key):
            return True
        try:
            return self.read(text)["role"] in _KEY_ROLES
        except BadTokenError:
            return False

    def token_of(self, key: str) -> str:
        """Return the token that an opaque key of the project stands for; any other text stands for itself."""
        return {self.publishable_key: self.anon_key, self.secret_key: self.service_role_key}.get(key, key)

    def sign(self, claims: dict[str, Any], seconds: int) -> str:
        """Return a token of these claims, with iss, iat and exp, that runs out after this many seconds."""
        return jwt.encode(_dated(claims, seconds), self.secret, _ALGORITHM)

    def issue(self, claims: dict[str, Any], seconds: int) -> str:
        """Return the same for a user: signed with the project's key if it has one."""
        if self.key is None:
            return self.sign(claims, seconds)
        dated = _dated(claims, seconds)
        return jwt.encode(dated, self.key.private, self.key.algorithm, headers={"kid": self.key.kid})

    def verified(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that is signed with our secret or key.

        Whether it has run out, and whose it is, is for the reader to judge. Raises BadTokenError.
        """
        return self._decoded(token, _SIGNATURE_ONLY)

    def read(self, token: str) -> dict[str, Any]:
        """Return the claims of a token. An opaque key is none: see token_of.

        Raises BadTokenError if the token is not signed with our secret or key, has run out, or lacks a role or an
        expiry.
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
            verifying, algorithm = self._verifying(token)
            claims: dict[str, Any] = jwt.decode(token, verifying, algorithms=[algorithm], options=options)
        except jwt.PyJWTError as error:
            raise BadTokenError(str(error)) from None
        return claims

    def _verifying(self, token: str) -> tuple[Any, str]:
        """Return what a token has to be signed with, and how: the algorithm is never the token's own choice."""
        if self.key is not None and jwt.get_unverified_header(token).get("kid") == self.key.kid:
            return self.key.private.public_key(), self.key.algorithm
        return self.secret, _ALGORITHM

    def _api_key(self, role: str) -> str:
        claims = {"iss": "supabase", "role": role, "iat": _KEYS_FROM, "exp": _KEYS_UNTIL}
        return jwt.encode(claims, self.secret, _ALGORITHM)

    def _opaque(self, purpose: str) -> str:
        digest = hmac.digest(self.secret.encode(), purpose.encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:24]).decode()


def _dated(claims: dict[str, Any], seconds: int) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": "supabase", **claims, "iat": now, "exp": now + seconds}


def is_name(role: object) -> bool:
    """Return whether a role can be a name: JSON can hold what PostgreSQL cannot, a NUL or half of a surrogate pair."""
    return isinstance(role, str) and role.isprintable()
