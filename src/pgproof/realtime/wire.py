"""The frames of one listener: numbered, kept for a failure page, always without tokens."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError
from pgproof.realtime import phoenix
from pgproof.secret import Secret

if TYPE_CHECKING:
    from pgproof.moment import Moment

_TOKEN = re.compile(r"eyJ[\w-]*\.[\w-]+\.[\w-]*|sb_(?:secret|publishable)_[\w-]+")
_KEPT = 200


@dataclass(frozen=True)
class Frame:
    """One frame as it is kept. direction: → sent, ← received. text: with three stars for each token."""

    at: Moment
    direction: str
    text: str

    def __str__(self) -> str:
        return f"{self.at} {self.direction} {self.text}"


class Wire:
    """The frames of one listener, in both directions.

    frames: the last ones. faults: the server's violations of the protocol, a sentence each.
    Raises UsageError for a vsn that is not one of phoenix.VERSIONS.
    """

    def __init__(self, vsn: str, token: str | None, apikey: str) -> None:
        if vsn not in phoenix.VERSIONS:
            raise UsageError(f"unknown protocol version '{vsn}'; expected one of {', '.join(phoenix.VERSIONS)}")
        self.frames: deque[Frame] = deque(maxlen=_KEPT)
        self.faults: list[str] = []
        self._vsn, self._ref, self._out = vsn, 0, list[str]()
        self._secrets = [Secret(apikey)]
        self.token = token

    @property
    def token(self) -> Secret | None:
        """The access token of the next join; None to join as the key's role."""
        return self._token

    @token.setter
    def token(self, token: str | None) -> None:
        self._token = None if token is None else Secret(token)
        self._secrets += [self._token] if self._token else []

    def push(self, topic: str, event: str, payload: dict[str, Any], at: Moment, join_ref: str | None = None) -> str:
        """Queue a message for sending and return its ref. join_ref: of the join it belongs to; a join has its own."""
        self._ref += 1
        ref = str(self._ref)
        message = phoenix.Message(topic, event, payload, ref, ref if event == "phx_join" else join_ref)
        text = phoenix.encode(message, self._vsn)
        self._out.append(text)
        self.frames.append(Frame(at, "→", self.hide(text)))
        return ref

    def take(self) -> list[str]:
        """Return the queued frames and empty the queue."""
        out, self._out = self._out, []
        return out

    def read(self, frame: str | bytes, at: Moment) -> phoenix.Message:
        """Keep a frame from the server and return its message. Raises phoenix.Malformed."""
        self.frames.append(Frame(at, "←", self.hide(frame if isinstance(frame, str) else repr(frame))))
        return phoenix.decode(frame, self._vsn)

    def hide(self, text: str) -> str:
        """Return the text with three stars for each token and key in it."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _TOKEN.sub("***", text)
