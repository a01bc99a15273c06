"""The token of a channel, for as long as it lasts."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, TypeGuard

from stack.realtime import frames
from stack.realtime.visibility import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack.tokens import BadTokenError, Tokens


def is_token(given: object) -> TypeGuard[str]:
    """Return whether a client means it as a token. If absent, empty or an opaque key (sb_…), it means the socket's."""
    return isinstance(given, str) and given != "" and not given.startswith("sb_")


def complaint(error: BadTokenError) -> str:
    """Return what clients are told of a bad token; of one that has run out, in Supabase's words."""
    return str(error) if error.expired is None else f"Token has expired {error.expired} seconds ago"


class Credentials:
    """A token that has been read, and a timer that calls expired with the reason when it runs out."""

    def __init__(self, tokens: Tokens, token: str, expired: Callable[[str], None]) -> None:
        """Read the token, and start the timer. Raises BadTokenError if it is not valid."""
        self._tokens, self._expired = tokens, expired
        self._timer: asyncio.TimerHandle | None = None
        self._take(token)

    def renew(self, token: str) -> bool:
        """Replace the token, and return whether it is another one. Raises BadTokenError if it is not valid."""
        if token == self._token:
            return False
        self._take(token)
        return True

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _take(self, token: str) -> None:
        claims: dict[str, Any] = self._tokens.read(token)
        self.close()
        self._token = token
        self.viewer = Viewer(claims["role"], frames.text(claims))
        seconds = max(claims["exp"] - time.time(), 0)
        self._timer = asyncio.get_running_loop().call_later(seconds, self._expire, claims["exp"])

    def _expire(self, exp: int) -> None:
        self._expired(f"Token has expired {max(int(time.time()) - exp, 0)} seconds ago")
