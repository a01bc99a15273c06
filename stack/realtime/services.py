"""What the sockets of the service share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stack.realtime.feed import Feed
    from stack.realtime.private import Private
    from stack.realtime.topics import Topics
    from stack.tokens import Tokens


@dataclass(frozen=True)
class Services:
    """One of each.

    refusal_seconds: how long a refused join waits for its answer, so that clients do not try again at once.
    """

    feed: Feed
    topics: Topics
    private: Private
    tokens: Tokens
    refusal_seconds: float
