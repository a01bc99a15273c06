"""What the owner holds: channels to join, a token to refresh, waits with a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote, urlsplit

from pgproof import timing
from pgproof.errors import UsageError
from pgproof.realtime.channel import Channel
from pgproof.realtime.records import Changes
from pgproof.realtime.session import Session
from pgproof.realtime.subscription import Subscription
from pgproof.realtime.transport import Carrier
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
    """What was awaited, where it stands, and the last frames, without tokens."""


class Listener:
    """Connects when it is entered and until it is left. Safe to use from any thread.

    api_url: such as https://ref.supabase.co. access_token: None to listen as the key's role.
    heartbeat: seconds. backoff: seconds before each next connection or join, scaled by pgproof.timing.unit().
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
        self._carrier = Carrier(Secret(_address(api_url, anon_key, vsn)), self._session, self._went_live)
        self._hooks: dict[Channel, Callable[[], object]] = {}
        self._names = 0
        self.changed = self._carrier.changed
        self.command = self._carrier.command

    def __enter__(self) -> Self:
        self._carrier.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._carrier.end()
        if self._carrier.failure is not None and error is None:
            raise self._carrier.failure

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The last frames in both directions, without tokens."""
        with self.changed:
            return tuple(self._wire.frames)

    @property
    def faults(self) -> tuple[str, ...]:
        """What the server did against the protocol, a sentence each."""
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
        """To the changes of one table of schema public. Its parameters are those of Changes and join."""
        return self.join(Changes(event, table=table, filter=filter), on_live=on_live)

    def join(
        self,
        *changes: Changes,
        name: str | None = None,
        private: bool = False,
        presence: bool = False,
        on_live: Callable[[Subscription], object] | None = None,
    ) -> Subscription:
        """A channel with all of these, or with none: for broadcasts and presence. name: without prefix.

        on_live is called in the listener's thread each time that the channel goes live: the moment to read what was
        missed. What it raises ends the listener, and is raised by the next wait. Raises ValueError if joined already.
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
        """Use a new token. What is live goes live once more; what the server closed is joined again."""
        self.command(lambda at: self._session.refresh(access_token, at))

    def drop(self) -> None:
        """Cut the connection without a goodbye, as a network does. It is connected again after the backoff."""
        self._carrier.drop()

    def wait(
        self, ready: Callable[[], T | None], what: Callable[[], str], seconds: float, hopeless: Callable[[], bool]
    ) -> T:
        """What ready comes to return that is true. Raises NotInTime, at once where hopeless, or what ended the thread.

        seconds: of pgproof.timing.unit(). what: is awaited, for the sentence.
        """
        found: T | None = None

        def over() -> bool:
            nonlocal found
            found = ready()
            return bool(found) or self._carrier.failure is not None or hopeless()

        with self.changed:
            self.changed.wait_for(over, seconds * timing.unit())
            if found:
                return found
            if self._carrier.failure is not None:
                raise self._carrier.failure
            bound = "and nothing is on its way" if hopeless() else f"for {seconds * timing.unit():g} s"
            raise NotInTime(f"waited for {what()}, {bound}{self._evidence()}")

    def _evidence(self) -> str:
        frames = [str(each)[:_CUT] for each in list(self._wire.frames)[-_SHOWN:]]
        lines = [f"the last connection ended: {self._carrier.reason}"] * bool(self._carrier.reason)
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
        raise UsageError(f"'{api_url}' is no address of an API; expected one such as https://ref.supabase.co")
    key = quote(anon_key, safe="")
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/realtime/v1/websocket?apikey={key}&vsn={vsn}"
