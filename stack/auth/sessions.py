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

    tokens: its refresh tokens, newest last, each with the monotonic time at which it came.
    """

    user_id: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    signed_in: int = field(default_factory=lambda: int(time.time()))
    tokens: dict[str, float] = field(default_factory=dict, repr=False)

    @property
    def refresh_token(self) -> str:
        """The newest."""
        return list(self.tokens)[-1]


class Sessions:
    """All sessions. A refresh token serves once; its successor is the session's only good one."""

    def __init__(self, reuse_seconds: float = 10) -> None:
        """reuse_seconds: for how long a replaced refresh token still serves; Supabase's default is 10."""
        self._reuse_seconds = reuse_seconds
        self._by_id: dict[str, Session] = {}
        self._by_token: dict[str, Session] = {}

    def open(self, user_id: str) -> Session:
        """A new session."""
        session = Session(user_id)
        self._by_id[session.id] = session
        self._give_token(session)
        return session

    def get(self, session_id: str) -> Session | None:
        """The session of this id, None once it has ended."""
        return self._by_id.get(session_id)

    def refresh(self, token: str) -> Session:
        """The session of a refresh token, with a new token. Raises AuthError.

        The last token but one still serves, and gets the newest: a client whose answer was lost has no other. So does
        one that was replaced a moment ago, by another tab of the same session. An older one was stolen, from the
        client or by it, and ends the session.
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
        """End a user's sessions: "local" the given one, "others" all but it, "global" all."""
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
