"""Codes that are sent by mail, and the exchange of PKCE (RFC 7636). They live as long as the process. No I/O."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import time
import uuid
from dataclasses import dataclass, field

from stack.auth.errors import AuthError

SECONDS = 3600
_FLOW_SECONDS = 300
_PKCE = "pkce_"
_CHALLENGE = re.compile(r"[a-zA-Z0-9._~-]+")
# By type of a verification, which codes answer it.
KINDS = {
    "email": ("confirmation", "recovery"),
    "signup": ("confirmation",),
    "invite": ("confirmation",),
    "recovery": ("recovery",),
    "magiclink": ("recovery",),
    "email_change": ("email_change_current", "email_change_new"),
}


@dataclass(frozen=True)
class Code:
    """A code for one user. email: where it was sent. otp: six digits. hash: what a link holds instead of them."""

    user_id: str
    kind: str
    email: str
    otp: str
    hash: str
    sent: float = field(default_factory=time.monotonic)

    @property
    def pkce(self) -> bool:
        """Whether its link leads to a code to exchange, and not to a session."""
        return self.hash.startswith(_PKCE)

    @property
    def lasts(self) -> bool:
        """Whether it is still valid."""
        return time.monotonic() - self.sent < SECONDS


@dataclass(frozen=True)
class Challenge:
    """What a client has said that it will prove. method: s256 or plain."""

    method: str
    text: str

    def is_met_by(self, verifier: str) -> bool:
        """Return whether a verifier is the one that the challenge was made from."""
        made = verifier
        if self.method == "s256":
            made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        return hmac.compare_digest(made.encode(), self.text.encode())


@dataclass(frozen=True)
class _Flow:
    user_id: str
    method: str
    challenge: Challenge
    started: float = field(default_factory=time.monotonic)


class Codes:
    """The newest code of each kind for each user, and the flows of PKCE."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Code] = {}
        self._challenges: dict[tuple[str, str], Challenge] = {}
        self._flows: dict[str, _Flow] = {}
        self._addresses: dict[str, str] = {}

    def want_address(self, user_id: str, email: str) -> None:
        """Remember which address a user is to have once it is confirmed."""
        self._addresses[user_id] = email

    def wanted_address(self, user_id: str) -> str:
        """Return the address that waits to be confirmed, "" if none does."""
        return self._addresses.get(user_id, "")

    def address_changed(self, user_id: str) -> None:
        """Forget what belongs to a change of address that is done."""
        self._addresses.pop(user_id, None)
        for kind in KINDS["email_change"]:
            self._codes.pop((user_id, kind), None)

    def new(self, user_id: str, kind: str, email: str, challenge: Challenge | None = None) -> Code:
        """Return a new code, which replaces the user's last one of this kind."""
        otp = f"{secrets.randbelow(1_000_000):06}"
        made = hashlib.sha224((email + otp).encode()).hexdigest()
        code = Code(user_id, kind, email, otp, made if challenge is None else _PKCE + made)
        self._codes[user_id, kind] = code
        if challenge is not None:
            self._challenges[user_id, kind] = challenge
        return code

    def by_hash(self, given: str, kinds: tuple[str, ...]) -> Code | None:
        """Return the valid code of a link, None if there is none."""
        return next((each for each in self._valid(kinds) if hmac.compare_digest(each.hash, _ascii(given))), None)

    def by_digits(self, email: str, otp: str, kinds: tuple[str, ...]) -> Code | None:
        """Return the valid code that was sent to an address, None if it is another."""
        for code in self._valid(kinds):
            if code.email == email and hmac.compare_digest(code.otp, _ascii(otp)):
                return code
        return None

    def use(self, code: Code) -> None:
        """Forget a code: it works once."""
        if self._codes.get((code.user_id, code.kind)) is code:
            del self._codes[code.user_id, code.kind]

    def waiting(self, user_id: str, kind: str) -> bool:
        """Return whether a code of this kind has been sent to a user and not been used."""
        return (user_id, kind) in self._codes

    def flow(self, code: Code, method: str) -> str:
        """Return what the client exchanges for a session, with its verifier. method: how the user signs in."""
        challenge = self._challenges.pop((code.user_id, code.kind), None)
        if challenge is None:
            raise AuthError(422, "flow_state_not_found", "No valid flow state found for user.")
        name = str(uuid.uuid4())
        self._flows[name] = _Flow(code.user_id, method, challenge)
        return name

    def exchange(self, name: str, verifier: str) -> tuple[str, str]:
        """Return the user and the method of a flow, which ends. Raises AuthError."""
        if not name or not verifier:
            said = "invalid request: both auth code and code verifier should be non-empty"
            raise AuthError(400, "validation_failed", said)
        flow = self._flows.get(name)
        if flow is None:
            raise AuthError(404, "flow_state_not_found", "invalid flow state, no valid flow state found")
        if time.monotonic() - flow.started > _FLOW_SECONDS:
            raise AuthError(422, "flow_state_expired", "invalid flow state, flow state has expired")
        if not flow.challenge.is_met_by(verifier):
            said = "code challenge does not match previously saved code verifier"
            raise AuthError(400, "bad_code_verifier", said)
        del self._flows[name]
        return flow.user_id, flow.method

    def _valid(self, kinds: tuple[str, ...]) -> list[Code]:
        return [code for code in self._codes.values() if code.kind in kinds and code.lasts]


def challenge(method: str, text: str) -> Challenge | None:
    """Return what a request says of PKCE, None if it says nothing. Raises AuthError."""
    if not method and not text:
        return None
    if not method or not text:
        said = "PKCE flow requires code_challenge_method and code_challenge"
        raise AuthError(400, "validation_failed", said)
    if not 43 <= len(text) <= 128:
        raise AuthError(400, "validation_failed", "code challenge has to be between 43 and 128 characters")
    if not _CHALLENGE.fullmatch(text):
        said = "code challenge can only contain alphanumeric characters, hyphens, periods, underscores and tildes"
        raise AuthError(400, "validation_failed", said)
    if method.lower() not in ("s256", "plain"):
        raise AuthError(400, "validation_failed", f'unsupported code_challenge method "{method}"')
    return Challenge(method.lower(), text)


def _ascii(given: str) -> str:
    return given if given.isascii() else ""
