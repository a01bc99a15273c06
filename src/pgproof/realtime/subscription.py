"""One channel as the listener's owner sees it: what came, and bounded waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from pgproof.realtime.channel import ENDED, State

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from pgproof.moment import Moment
    from pgproof.realtime.channel import Channel
    from pgproof.realtime.records import Broadcast, Change, Presence

T = TypeVar("T")

SECONDS = 10.0


class Waiting(Protocol):
    """What a subscription needs of its listener. changed: the lock that guards its channels."""

    changed: threading.Condition

    def command(self, do: Callable[[Moment], None], /) -> None:
        """Call do with this moment while the session is locked, and send the frames that result."""

    def wait(
        self, ready: Callable[[], T | None], what: Callable[[], str], seconds: float, hopeless: Callable[[], bool]
    ) -> T:
        """Return the first true value of ready(); see Listener.wait."""


class Subscription:
    """One channel of a listener.

    In every wait, seconds are scaled by pgproof.timing.unit(). A wait raises NotInTime when they are over or the
    channel has ended, and whatever ended the listener's thread.
    """

    def __init__(self, listener: Waiting, channel: Channel) -> None:
        self._listener, self._channel = listener, channel

    @property
    def topic(self) -> str:
        """The topic on the wire, with the prefix realtime:."""
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
        """The presence messages so far, as they came."""
        with self._listener.changed:
            return tuple(self._channel.presences)

    @property
    def state(self) -> State:
        """The current state."""
        return self._channel.state

    @property
    def states(self) -> tuple[tuple[Moment, State, str], ...]:
        """Every state so far: since when, which, and why."""
        with self._listener.changed:
            return tuple(self._channel.states)

    @property
    def lives(self) -> int:
        """How often the channel went live: after each join, and again after each new token."""
        return self._channel.lives

    def wait_live(self, times: int = 1, seconds: float = SECONDS) -> None:
        """Wait until the channel is live and has gone live at least that many times."""

        def is_live() -> bool:
            return self._channel.state is State.LIVE and self._channel.lives >= times

        self._wait(is_live, "live" if times == 1 else f"live {times} times", seconds)

    def wait_for(self, wanted: Callable[[Change], bool], seconds: float = SECONDS) -> Change:
        """Return the first change for which wanted() is true, among those that came already and those still to come."""
        seen = 0

        def find() -> Change | None:
            nonlocal seen
            fresh, seen = self._channel.changes[seen:], len(self._channel.changes)
            return next(filter(wanted, fresh), None)

        return self._wait(find, "the wanted change", seconds)

    def wait_state(self, state: State, seconds: float = SECONDS) -> None:
        """Wait until the channel is in this state."""
        self._wait(lambda: self._channel.state is state, f"state {state}", seconds)

    def leave(self, seconds: float = SECONDS) -> None:
        """Leave the channel, and wait for the server's answer."""
        self._listener.command(self._channel.leave)
        self.wait_state(State.LEFT, seconds)

    def _wait(self, ready: Callable[[], T | None], what: str, seconds: float) -> T:
        channel = self._channel

        def describe() -> str:
            why = f" ({channel.reason})" if channel.reason else ""
            return f"{what} on {channel.topic}, which is {channel.state}{why}"

        return self._listener.wait(ready, describe, seconds, hopeless=lambda: channel.state in ENDED)
