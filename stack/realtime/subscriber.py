"""What the feed of changes delivers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Subscriber(Protocol):
    """Gets the changes that it has subscribed to."""

    def changed(self, ids: Sequence[int], data: str) -> None:
        """Take a change; called in commit order. ids: of the entries that asked for it. data: the event's, as JSON."""

    def lost(self, reason: str) -> None:
        """Learn that changes may have been missed from here on, and that it is subscribed to nothing any more."""
