"""Who is signed in: sessions and their refresh tokens. They live as long as the process."""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass, field

from stack.auth.errors import AuthError


@dataclass
class Session:
    """One sign-in of one user. signed_in: seconds since the epoch.

    tokens: its refresh tokens, newest last, each with the time.monotonic() at which it was issued.
    """

    user_id: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    signed_in: int = field(default_factory=lambda: int(time.time()))
    tokens: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def refresh_token(self) -> str:
        """The newest refresh token."""
        return list(self.tokens)[-1]


class Sessions:
    """All sessions. A refresh token works once; then only its successor does, as GoTrue rotates them."""

    def __init__(self, reuse_seconds: float = 10) -> None:
        """Start without sessions. reuse_seconds: how long a replaced refresh token still works; Supabase's default."""
        self._reuse_seconds = reuse_seconds
        self._by_id: dict[str, Session] = {}
        self._by_token: dict[str, Session] = {}

    def open(self, user_id: str) -> Session:
        """Return a new session of a user, with its first refresh token."""
        session = Session(user_id)
        self._by_id[session.id] = session
        self._give_token(session)
        return session

    def get(self, session_id: str) -> Session | None:
        """Return the session of this id, None if it has ended or never began."""
        return self._by_id.get(session_id)

    def refresh(self, token: str) -> Session:
        """Return the session of a refresh token, whose refresh_token is the next one to use. Raises AuthError.

        The last token but one still works, and gets the newest: a client whose answer was lost has no other. So does
        one that was replaced less than reuse_seconds ago, by another tab of the same session. An older one was stolen,
        from the client or by it, and ends the session.
        """
        session = self._by_token.get(token)
        if session is None:
            raise AuthError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        tokens = list(session.tokens)
        place = tokens.index(token)
        if token == tokens[-1]:
            self._give_token(session)
        elif token != tokens[-2] and session.tokens[tokens[place + 1]] < time.monotonic() - self._reuse_seconds:
            self._end(session)
            raise AuthError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        return session

    def end(self, user_id: str, session: Session | None, scope: str) -> None:
        """End sessions of a user. scope: "local" is the given session, "others" all but it, "global" all."""
        for each in [each for each in self._by_id.values() if each.user_id == user_id]:
            if scope == "global" or (each is session) == (scope == "local"):
                self._end(each)

    def _give_token(self, session: Session) -> None:
        token = secrets.token_urlsafe(16)
        session.tokens[token] = time.monotonic()
        self._by_token[token] = session

    def _end(self, session: Session) -> None:
        del self._by_id[session.id]
        for token in session.tokens:
            del self._by_token[token]
