"""The listener as its owner sees it: channels to join, a token to refresh, bounded waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote, urlsplit

from pgproof import timing
from pgproof.errors import UsageError
from pgproof.realtime.channel import Channel
from pgproof.realtime.records import Changes
from pgproof.realtime.session import Session
from pgproof.realtime.subscription import Subscription
from pgproof.realtime.transport import Transport
from pgproof.realtime.wire import Wire
from pgproof.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from pgproof.realtime.wire import Frame

T = TypeVar("T")

HEARTBEAT = 25.0
BACKOFF = (1.0, 2.0, 5.0, 10.0)
_PATIENCE = 10.0
_SHOWN, _CUT = 6, 400


class NotInTime(TimeoutError):
    """A wait was in vain. Says what was awaited, where it stands, and the last frames, without tokens."""


class Listener:
    """A listener that is connected while its context is entered. Safe to use from any thread.

    api_url: such as https://ref.supabase.co. access_token: None to listen as the key's role. vsn: of the Phoenix
    serializer, 1.0.0 or 2.0.0. heartbeat: seconds between two. backoff: seconds before each next connection or join,
    scaled by pgproof.timing.unit(). Raises UsageError for an unknown vsn or an invalid api_url.
    """

    def __init__(
        self,
        api_url: str,
        anon_key: str,
        access_token: str | None = None,
        *,
        vsn: str = "1.0.0",
        heartbeat: float = HEARTBEAT,
        backoff: Sequence[float] = BACKOFF,
    ) -> None:
        self._wire = Wire(vsn, access_token, anon_key)
        self._backoff = tuple(seconds * timing.unit() for seconds in backoff)
        self._session = Session(self._wire, heartbeat=heartbeat, backoff=self._backoff)
        self._transport = Transport(Secret(_address(api_url, anon_key, vsn)), self._session, self._went_live)
        self._hooks: dict[Channel, Callable[[], object]] = {}
        self._names = 0
        self.changed = self._transport.changed
        self.command = self._transport.command

    def __enter__(self) -> Self:
        self._transport.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.end()
        if self._transport.failure is not None and error is None:
            raise self._transport.failure

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The last frames in both directions, without tokens."""
        with self.changed:
            return tuple(self._wire.frames)

    @property
    def faults(self) -> tuple[str, ...]:
        """The server's violations of the protocol, a sentence each."""
        with self.changed:
            return tuple(self._wire.faults)

    def subscribe(
        self,
        table: str,
        *,
        event: str = "*",
        filter: str | None = None,
        on_live: Callable[[Subscription], object] | None = None,
    ) -> Subscription:
        """Subscribe to the changes of one table of schema public. The parameters are those of Changes and join."""
        return self.join(Changes(event, table=table, filter=filter), on_live=on_live)

    def join(
        self,
        *changes: Changes,
        name: str | None = None,
        private: bool = False,
        presence: bool = False,
        on_live: Callable[[Subscription], object] | None = None,
    ) -> Subscription:
        """Join a channel with these changes; without any, it only has broadcasts and presence.

        name: of the channel, without the prefix realtime:. on_live: called in the listener's thread each time that the
        channel goes live, which is the moment to read what was missed; what it raises ends the listener, and the next
        wait raises it. Raises ValueError if the channel is joined already.
        """
        with self.changed:
            self._names += 1
            channel = Channel(
                name or f"listener-{self._names}",
                changes,
                self._wire,
                backoff=self._backoff,
                patience=_PATIENCE * timing.unit(),
                private=private,
                presence=presence,
            )
            subscription = Subscription(self, channel)
            if on_live is not None:
                self._hooks[channel] = lambda: on_live(subscription)
            self.command(lambda at: self._session.add(channel, at))
        return subscription

    def refresh(self, access_token: str) -> None:
        """Use a new token. Live channels go live once more; channels that the server closed are joined again."""
        self.command(lambda at: self._session.refresh(access_token, at))

    def drop(self) -> None:
        """Cut the connection without a goodbye, as a network does. The listener connects again after the backoff."""
        self._transport.drop()

    def wait(
        self, ready: Callable[[], T | None], what: Callable[[], str], seconds: float, hopeless: Callable[[], bool]
    ) -> T:
        """Return the first true value that ready() returns; it is called after each frame.

        what: what is awaited, for the message. seconds: scaled by pgproof.timing.unit(). Raises NotInTime after that
        time, or as soon as hopeless() is true; and whatever ended the listener's thread.
        """
        found: T | None = None

        def over() -> bool:
            nonlocal found
            found = ready()
            return bool(found) or self._transport.failure is not None or hopeless()

        with self.changed:
            self.changed.wait_for(over, seconds * timing.unit())
            if found:
                return found
            if self._transport.failure is not None:
                raise self._transport.failure
            bound = "and nothing more will come" if hopeless() else f"for {seconds * timing.unit():g} s"
            raise NotInTime(f"waited for {what()}, {bound}{self._evidence()}")

    def _evidence(self) -> str:
        frames = [str(each)[:_CUT] for each in list(self._wire.frames)[-_SHOWN:]]
        lines = [f"the last connection ended: {self._transport.reason}"] * bool(self._transport.reason)
        lines += [f"fault: {each}" for each in self._wire.faults]
        return "".join(f"\n  {line}" for line in [*lines, *(frames or ["no frame was sent or received"])])

    def _went_live(self, channel: Channel) -> None:
        hook = self._hooks.get(channel)
        if hook is not None:
            hook()


def _address(api_url: str, anon_key: str, vsn: str) -> str:
    parts = urlsplit(api_url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise UsageError(f"'{api_url}' is not a valid API address; expected one such as https://ref.supabase.co")
    key = quote(anon_key, safe="")
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/realtime/v1/websocket?apikey={key}&vsn={vsn}"
