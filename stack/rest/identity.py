"""Who asks: the token that says which role the request runs as."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack.rest.errors import ApiError
from stack.tokens import BadTokenError, is_name

if TYPE_CHECKING:
    from stack.tokens import Tokens

ANONYMOUS = "anon"
_REMEMBERED = 1024
_PARTS = 3
# How far PostgREST lets two clocks differ.
_SKEW_SECONDS = 30


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
            raise _bad("Empty JWT is sent in Authorization header")
        known = self._known.get(token)
        if known is None or known.expires < time.time():
            known = self._read(token)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[token] = known
        return known

    def _read(self, token: str) -> Identity:
        try:
            claims: dict[str, Any] = self._tokens.verified(token)
        except BadTokenError as bad:
            parts = token.count(".") + 1
            if parts != _PARTS:
                raise _bad(f"Expected {_PARTS} parts in JWT; got {parts}") from None
            raise _undecoded(token, bad) from None
        audience = claims.get("aud")
        if not isinstance(audience, str | None) and not (
            isinstance(audience, list) and all(isinstance(each, str) for each in audience)
        ):
            raise ApiError(401, "PGRST303", "The JWT 'aud' claim must be a string or an array of strings")
        now = time.time()
        expires = _moment(claims, "exp")
        if expires is not None and expires < now - _SKEW_SECONDS:
            raise ApiError(401, "PGRST303", "JWT expired")
        for name, trouble in (("nbf", "JWT not yet valid"), ("iat", "JWT issued at future")):
            moment = _moment(claims, name)
            if moment is not None and moment > now + _SKEW_SECONDS:
                raise ApiError(401, "PGRST303", trouble)
        role = claims.get("role", ANONYMOUS)
        if not is_name(role):
            raise _bad("the role of the token is not a name")
        until = float("inf") if expires is None else expires + _SKEW_SECONDS
        return Identity(role, json.dumps({**claims, "role": role}), until)


def _moment(claims: dict[str, Any], name: str) -> float | None:
    """Return a claim that is a moment, None if the token does not have it. Raises ApiError for anything else."""
    value = claims.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ApiError(401, "PGRST303", f"The JWT '{name}' claim must be a number")
    return value


def _undecoded(token: str, bad: BadTokenError) -> ApiError:
    """Return the error for a token of three parts that no key of ours has signed."""
    import jwt

    try:
        algorithm = jwt.get_unverified_header(token).get("alg")
    except jwt.PyJWTError:
        return _bad("JWT cryptographic operation failed")
    if algorithm == "none":
        details = "JWT is unsecured but expected 'alg' was not 'none'"
        return _bad("Wrong or unsupported encoding algorithm", details=details)
    if str(bad) == "Signature verification failed":
        return _bad("No suitable key or wrong key type", details="None of the keys was able to decode the JWT")
    return _bad("No suitable key or wrong key type", details=str(bad))


def _bad(message: str, *, details: str | None = None) -> ApiError:
    return ApiError(401, "PGRST301", message, details=details)
