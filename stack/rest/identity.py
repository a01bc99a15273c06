"""Who asks: the token that says which role the request runs as."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack.rest.errors import ApiError
from stack.tokens import BadTokenError

if TYPE_CHECKING:
    from stack.tokens import Tokens

ANONYMOUS = "anon"
_REMEMBERED = 1024


@dataclass(frozen=True)
class Identity:
    """Who asks. role: of the database. claims: all of the token's, as JSON. expires: seconds since the epoch."""

    role: str
    claims: str
    expires: float = float("inf")

    @property
    def anonymous(self) -> bool:
        """Whether the request has no user."""
        return self.role == ANONYMOUS


_NOBODY = Identity(ANONYMOUS, json.dumps({"role": ANONYMOUS}))


class Identities:
    """Reads tokens; one that was valid is not verified again until it runs out."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._known: dict[str, Identity] = {}

    def of(self, authorization: str | None) -> Identity:
        """Return the identity of an Authorization header, the anonymous one if it has no bearer token.

        Raises ApiError for a token that is not valid.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            return _NOBODY
        token = token.strip()
        if not token:
            raise ApiError(401, "PGRST301", "Empty JWT is sent in Authorization header")
        known = self._known.get(token)
        if known is None or known.expires <= time.time():
            known = self._read(token)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[token] = known
        return known

    def _read(self, token: str) -> Identity:
        try:
            claims: dict[str, Any] = self._tokens.read(token)
        except BadTokenError as bad:
            if bad.expired is not None:
                raise ApiError(401, "PGRST303", "JWT expired") from None
            raise ApiError(401, "PGRST301", "JWT cryptographic operation failed", details=str(bad)) from None
        return Identity(claims["role"], json.dumps(claims), claims["exp"])
