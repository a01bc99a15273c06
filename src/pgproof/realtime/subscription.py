"""What the owner of a listener holds of one channel: what came, and waits with a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pgproof.realtime.channel import ENDED, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgproof.moment import Moment
    from pgproof.realtime.channel import Channel
    from pgproof.realtime.listener import Listener
    from pgproof.realtime.records import Broadcast, Change, Presence

T = TypeVar("T")

SECONDS = 10.0


class Subscription:
    """Every wait is bounded by seconds of pgproof.timing.unit(), and raises NotInTime."""

    def __init__(self, listener: Listener, channel: Channel) -> None:
        self._listener, self._channel = listener, channel

    @property
    def topic(self) -> str:
        """With its prefix, as it is on the wire."""
        return self._channel.topic

    @property
    def events(self) -> tuple[Change, ...]:
        """The changes so far, as they came."""
        with self._listener.changed:
            return tuple(self._channel.changes)

    @property
    def broadcasts(self) -> tuple[Broadcast, ...]:
        """The broadcasts so far, as they came."""
        with self._listener.changed:
            return tuple(self._channel.broadcasts)

    @property
    def presences(self) -> tuple[Presence, ...]:
        """The states and differences of presence so far, as they came."""
        with self._listener.changed:
            return tuple(self._channel.presences)

    @property
    def state(self) -> State:
        """Where it stands now."""
        return self._channel.state

    @property
    def states(self) -> tuple[tuple[Moment, State, str], ...]:
        """Every state so far: since when, and why."""
        with self._listener.changed:
            return tuple(self._channel.states)

    @property
    def lives(self) -> int:
        """How often it went live: after each join, and again after each new token."""
        return self._channel.lives

    def wait_live(self, times: int = 1, seconds: float = SECONDS) -> None:
        """Until it is live, and has gone so that many times."""

        def is_live() -> bool:
            return self._channel.state is State.LIVE and self._channel.lives >= times

        self._wait(is_live, "live" if times == 1 else f"live {times} times", seconds)

    def wait_for(self, wanted: Callable[[Change], bool], seconds: float = SECONDS) -> Change:
        """The first change that is wanted, of all that have come and will."""
        seen = 0

        def find() -> Change | None:
            nonlocal seen
            fresh, seen = self._channel.changes[seen:], len(self._channel.changes)
            return next(filter(wanted, fresh), None)

        return self._wait(find, "the wanted change", seconds)

    def wait_state(self, state: State, seconds: float = SECONDS) -> None:
        """Until it is in this state."""
        self._wait(lambda: self._channel.state is state, f"state {state}", seconds)

    def leave(self, seconds: float = SECONDS) -> None:
        """Leave it, and wait for the server's answer."""
        self._listener.command(self._channel.leave)
        self.wait_state(State.LEFT, seconds)

    def _wait(self, ready: Callable[[], T | None], what: str, seconds: float) -> T:
        channel = self._channel

        def describe() -> str:
            why = f" ({channel.reason})" if channel.reason else ""
            return f"{what} on {channel.topic}, which is {channel.state}{why}"

        return self._listener.wait(ready, describe, seconds, hopeless=lambda: channel.state in ENDED)
