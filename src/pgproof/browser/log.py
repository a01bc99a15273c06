"""Everything that happens to a tab, without secrets: console, errors, requests, websocket frames, and what it is told.

An event is taken down when Playwright hands it over, which is while the test waits for the page: a moment may be late,
the order is right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pgproof import moment
from pgproof.browser import wire
from pgproof.browser.vocabulary import PLAIN, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, WebSocket

    from pgproof.moment import Moment
    from pgproof.scrub import Scrubber

_LONGEST = 300
# A page that is left or reloaded breaks off what is under way, and so may its script.
_BROKEN_OFF = "net::ERR_ABORTED"
LAST = 20


class Event(NamedTuple):
    """kind: such as "console error", "request failed" or "received"; is_problem: nothing of the kind may happen."""

    at: Moment
    kind: str
    text: str
    is_problem: bool

    def __str__(self) -> str:
        return f"{self.at} {self.kind}: {self.text}"


class Log:
    """Of one page, from before its first address. noise: regular expressions of console messages to overlook.
    vocabulary: what the API calls its things.

    acknowledged: the messages of which the API said that they are stored.
    """

    def __init__(self, page: Page, scrub: Scrubber, noise: Iterable[str] = (), vocabulary: Vocabulary = PLAIN) -> None:
        self.events: list[Event] = []
        self.acknowledged: list[tuple[str, Moment]] = []
        self._sockets: dict[WebSocket, wire.Subscriptions] = {}
        self._scrub = scrub
        self._vocabulary = vocabulary
        self._noise = [re.compile(each) for each in noise]
        self._under_way: set[Request] = set()
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", self._asked)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        page.on("websocket", self._socket)

    @property
    def is_waiting(self) -> bool:
        """Whether a request is under way."""
        return bool(self._under_way)

    @property
    def problems(self) -> list[str]:
        """Console errors, page errors, failed requests and answers from 400 on, one line each."""
        return [f"{event.kind}: {event.text}" for event in self.events if event.is_problem]

    @property
    def is_live(self) -> bool:
        """Whether the page has subscribed to changes of the database, and the server said of all that they flow."""
        subscribed = [each for each in self._sockets.values() if each.joined]
        return bool(subscribed) and all(each.live for each in subscribed)

    @property
    def subscriptions(self) -> list[str]:
        """The topics through which the page hears of changes of the database."""
        return sorted(topic for each in self._sockets.values() for topic in each.joined)

    @property
    def socket(self) -> WebSocket | None:
        """The newest that is open."""
        return next(reversed(self._sockets), None)

    def new_document(self) -> None:
        """The page was loaded anew; what the old one had is on its way out."""
        self._sockets.clear()
        self._under_way.clear()

    def note(self, kind: str, text: str, is_problem: bool = False) -> None:
        """One more event."""
        clean = self._scrub.text(text)
        short = clean if len(clean) <= _LONGEST else clean[:_LONGEST] + "…"
        self.events.append(Event(moment.now(), kind, short, is_problem))

    def _console(self, message: ConsoleMessage) -> None:
        text = message.text
        # A browser asks every site for this icon; that there is none is nobody's failure.
        icon = str(message.location.get("url", "")).endswith("/favicon.ico")
        noise = icon or any(each.search(text) for each in self._noise)
        # No description can have these overlooked.
        bad = self._vocabulary.is_wrong(text) or (message.type == "error" and not noise)
        self.note(f"console {message.type}", text, bad)

    def _page_error(self, error: Error) -> None:
        self.note("page error", error.message, is_problem=True)

    def _asked(self, request: Request) -> None:
        self._under_way.add(request)

    def _finished(self, request: Request) -> None:
        self._under_way.discard(request)

    def _failed(self, request: Request) -> None:
        self._under_way.discard(request)
        reason = request.failure or "no reason given"
        self.note("request failed", f"{request.method} {request.url}: {reason}", reason != _BROKEN_OFF)

    def _response(self, response: Response) -> None:
        bad = response.status >= 400
        if not bad and response.request.method == "POST" and self._vocabulary.sends(response.url):
            self.acknowledged += [(text, moment.now()) for text in self._vocabulary.texts(response.request.post_data)]
        if bad or response.request.resource_type in ("fetch", "xhr"):
            self.note("answer", f"{response.status} to {response.request.method} {response.url}", bad)

    def _socket(self, socket: WebSocket) -> None:
        subscriptions = wire.Subscriptions()
        self._sockets[socket] = subscriptions
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
