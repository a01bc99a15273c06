"""Everything that happens to a tab, without secrets: console, errors, requests, websocket frames, and a test's actions.

An event is recorded when Playwright hands it over, which is while the test waits for the page: its moment may be late,
but the order is right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pgproof import moment
from pgproof.browser import wire
from pgproof.browser.vocabulary import PLAIN, Vocabulary
from pgproof.browser.withheld import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, WebSocket

    from pgproof.moment import Moment
    from pgproof.scrub import Scrubber

_LONGEST = 300
# A page that is left or reloaded aborts its requests, and so may its script.
_BROKEN_OFF = "net::ERR_ABORTED"
_NOT_LOADED = re.compile(r"Failed to load resource: (?:the server responded with a status of (\d+)|(net::\w+))")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LAST = 20
HELD_BACK = "held back"


class Event(NamedTuple):
    """One event. kind: such as "console error", "request failed" or "received". is_problem: it must not happen."""

    at: Moment
    kind: str
    text: str
    is_problem: bool

    def __str__(self) -> str:
        return f"{self.at} {self.kind}: {self.text}"


class UnderWay(NamedTuple):
    """A request that is under way. what: its method and path. seconds: since when."""

    what: str
    seconds: float


def _is_joining(event: Event) -> bool:
    return event.kind == "socket opened" or (event.kind == "sent" and " phx_join " in event.text)


class Log:
    """The log of one page, from before its first address.

    noise: regular expressions of console messages to ignore. vocabulary: the API's names for messages and the like.
    failing: regular expressions of "METHOD path status", of requests that may fail.
    awaited: what the filter of a subscription contains that has to flow before the page is live, if it has any such.
    acknowledged: the texts of messages that the API said are stored, and when it said so.
    requests: how many there were so far. withheld: what a run that only reads held back of them.
    """

    def __init__(
        self,
        page: Page,
        scrub: Scrubber,
        noise: Iterable[str] = (),
        vocabulary: Vocabulary = PLAIN,
        failing: Iterable[str] = (),
    ) -> None:
        self.awaited: str | None = None
        self.events: list[Event] = []
        self.acknowledged: list[tuple[str, Moment]] = []
        self.requests = 0
        self.withheld = Withheld()
        # The address in each line in which the browser itself says what it could not load.
        self._not_loaded: dict[Event, str] = {}
        self._sockets: dict[WebSocket, wire.Subscriptions] = {}
        # Those of closed sockets too, and of older documents.
        self._of_document: list[wire.Subscriptions] = []
        self._every: list[wire.Subscriptions] = []
        self._scrub = scrub
        self._vocabulary = vocabulary
        self._noise = [re.compile(each) for each in noise]
        self._failing = [re.compile(each) for each in failing]
        self._under_way: dict[Request, Moment] = {}
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", self._asked)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        page.on("websocket", self._socket)

    @property
    def is_waiting(self) -> bool:
        """Whether a request of the page is under way."""
        return bool(self._under_way)

    @property
    def under_way(self) -> list[UnderWay]:
        """The requests that are under way, the longest first."""
        now = moment.now()
        return [
            UnderWay(
                f"{request.method} {self._scrub.text(urlsplit(request.url).path)}", now.monotonic - since.monotonic
            )
            for request, since in self._under_way.items()
        ]

    @property
    def problems(self) -> list[str]:
        """Console errors, page errors, failed requests and answers with status 400 or above, one line each.

        What the page tried to write comes first: much else may go wrong only since it was held back.
        """
        found = [event for event in self.events if event.is_problem]
        return [f"{event.kind}: {event.text}" for event in sorted(found, key=lambda event: event.kind != HELD_BACK)]

    @property
    def only_held_back(self) -> bool:
        """Whether there are problems, and every one may be there only since something was held back."""
        bad = [event for event in self.events if event.is_problem]
        return bool(bad) and all(map(self._comes_of_holding_back, bad))

    @property
    def is_plainly_wrong(self) -> bool:
        """Whether something went wrong that nobody held back: a server's own refusal, or what no page may say."""
        bad = [event for event in self.events if event.is_problem]
        return any(event.kind == "answer" or self._vocabulary.is_wrong(event.text) for event in bad)

    def _comes_of_holding_back(self, event: Event) -> bool:
        explained = self.withheld.explains(event.text, self._not_loaded.get(event))
        return event.kind == HELD_BACK or (explained and not self._vocabulary.is_wrong(event.text))

    @property
    def is_live(self) -> bool:
        """Whether the page subscribed to changes of the database, and the server confirmed every subscription.

        One that the server refused counts only if it is to changes of messages: a page may want more than there is.
        Of a page that wants no changes, its other subscriptions, such as to broadcasts, have to be confirmed.
        """
        sockets = self._sockets.values()
        if self.wants_changes:
            found = [each for socket in sockets for each in socket.asked(self._vocabulary.messages)]
        else:
            found = [each for socket in sockets for each in socket.others.values()]
        return bool(found) and all(found)

    @property
    def wants_changes(self) -> bool:
        """Whether the page has a subscription to changes of the database, confirmed or not."""
        return any(socket.joined for socket in self._sockets.values())

    @property
    def asks_for_realtime(self) -> bool:
        """Whether the page subscribed to anything since it was loaded, also where it has left it or lost its socket."""
        return any(each.has_joined for each in self._of_document)

    @property
    def joined(self) -> float:
        """When the page last opened a websocket or joined a topic, on the monotonic clock; 0 if it never did."""
        return max((event.at.monotonic for event in self.events if _is_joining(event)), default=0.0)

    def is_subscribed(self, key: str) -> bool:
        """Return whether the page has a subscription whose filter contains this; without filters, whose topic does."""
        if not self.wants_changes:
            return any(key in topic for each in self._sockets.values() for topic in each.others)
        return any(each.names(key) for each in self._sockets.values())

    def joins(self, key: str) -> int:
        """Return how often the page subscribed to changes whose filter contains this, over every socket so far."""
        return sum(any(key in each for each in filters) for known in self._every for filters in known.filters)

    @property
    def subscriptions(self) -> list[str]:
        """The topics over which the page receives changes of the database, sorted; if it wants none, all others."""
        sockets, changes = self._sockets.values(), self.wants_changes
        return sorted(topic for each in sockets for topic in (each.joined if changes else each.others))

    @property
    def socket(self) -> WebSocket | None:
        """The newest open websocket, None if there is none."""
        return next(reversed(self._sockets), None)

    def new_document(self) -> None:
        """Forget the sockets and requests of the old document, since the page was loaded again."""
        self._sockets.clear()
        self._of_document.clear()
        self._under_way.clear()

    def note(self, kind: str, text: str, is_problem: bool = False) -> Event:
        """Add an event of this moment, and return it; secrets are removed from the text, and a long text is cut."""
        clean = self._scrub.text(text)
        short = clean if len(clean) <= _LONGEST else clean[:_LONGEST] + "…"
        self.events.append(Event(moment.now(), kind, short, is_problem))
        return self.events[-1]

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        # A browser asks every site for this icon; a missing one is not an error.
        icon = str(message.location.get("url", "")).endswith("/favicon.ico")
        noise = icon or any(each.search(text) for each in self._noise) or self._tells_of_known(message)
        # No description can make the log ignore these.
        bad = self._vocabulary.is_wrong(text) or (message.type == "error" and not noise)
        event = self.note(f"console {message.type}", text, bad)
        if _NOT_LOADED.match(text):
            self._not_loaded[event] = str(message.location.get("url", ""))

    def _page_error(self, error: Error) -> None:
        self.note("page error", error.message, is_problem=True)

    def _asked(self, request: Request) -> None:
        self.requests += 1
        self._under_way[request] = moment.now()

    def _finished(self, request: Request) -> None:
        self._under_way.pop(request, None)

    def _failed(self, request: Request) -> None:
        self._under_way.pop(request, None)
        reason = request.failure or "no reason given"
        bad = reason != _BROKEN_OFF and not self._is_known(request.method, request.url, reason)
        self.note("request failed", f"{request.method} {request.url}: {reason}", bad)

    def _response(self, response: Response) -> None:
        failed = response.status >= 400
        bad = failed and not self._is_known(response.request.method, response.url, str(response.status))
        if not failed and response.request.method == "POST" and self._vocabulary.sends(response.url):
            self.acknowledged += [(text, moment.now()) for text in self._vocabulary.texts(response.request.post_data)]
        held = self.withheld.take(response.request.method, response.url, response.status, response.headers)
        if failed or response.request.resource_type in ("fetch", "xhr"):
            told = f"{response.status} to {response.request.method} {response.url}"
            self.note("answer" if held is None else HELD_BACK, held or told, bad)

    def _is_known(self, method: str, url: str, status: str) -> bool:
        """Return whether the description says that this request may fail."""
        said = f"{method} {urlsplit(url).path} {status}"
        return any(each.search(said) for each in self._failing)

    def _tells_of_known(self, message: ConsoleMessage) -> bool:
        """Return whether the browser itself reports such a request in the console, which it does without its method."""
        told = _NOT_LOADED.match(message.text)
        url = str(message.location.get("url", ""))
        return told is not None and any(self._is_known(each, url, told[1] or told[2]) for each in _METHODS)

    def _socket(self, socket: WebSocket) -> None:
        subscriptions = wire.Subscriptions()
        self._sockets[socket] = subscriptions
        self._of_document.append(subscriptions)
        self._every.append(subscriptions)
        self.note("socket opened", socket.url)
        socket.on("framesent", lambda frame: self._frame("sent", frame, subscriptions.sent))
        socket.on("framereceived", lambda frame: self._frame("received", frame, subscriptions.received))
        socket.on("close", self._closed)

    def _frame(self, kind: str, frame: str | bytes, take_in: Callable[[str | bytes], None]) -> None:
        take_in(frame)
        text = wire.describe(frame, self._vocabulary)
        if not text.startswith("phoenix "):
            self.note(kind, text)

    def _closed(self, socket: WebSocket) -> None:
        self._sockets.pop(socket, None)
        self.note("socket closed", socket.url)
