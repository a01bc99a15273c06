"""What goes wrong between a page and its servers, and tokens that run out."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from connect.expectations import expect_answer
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import APIResponse, BrowserContext, Request, Route, WebSocketRoute

    from connect.embedded_stack import StackOf
    from connect.scenario.own_chats import OwnChats
    from connect.scenario.people import Person
    from connect.scenario.scenario import Scenario
    from connect.scenario.target import Target
    from pgproof.browser import Tab
    from pgproof.environments import Environment
    from pgproof.history import Judgement

# Seconds after an outage in which a page is itself again, however far its client's own pauses between two attempts have
# grown: those of Supabase's client grow to ten.
RECOVERY = 15
# Of the codes that applications may give; a client cannot know it.
_CUT = 4000
# Seconds in which a page asks for a message to be stored.
_ASKED = 10
# What cannot be the sending of a message: its address need not be looked at more closely.
_NO_SENDING = (
    r"/auth/v1/|/rest/v1/(?!chat_messages\b|rpc/(?!mark_messages_as_|get_))|\.(?:m?js|css|svg|png|ico|woff2?)\b"
)
_PERHAPS_SENDING = re.compile(rf"^https?://(?![^?#]*(?:{_NO_SENDING}))")
_TO_THE_TABLE = re.compile(r"/rest/v1/chat_messages\b")
# How many times from send to seen are kept of one test.
_MOST_TIMES = 300


class Met:
    """The requests of one kind that were met on their way. statuses: of the answers that are known."""

    def __init__(self) -> None:
        self.count = 0
        self.statuses: list[int] = []

    def expect(self, tab: Tab, is_stored: Callable[[], object] = lambda: True) -> None:
        """Fails unless there is one soon: what was to be done to it was done to nothing.

        Where the message is stored all the same, which it is by default, that says nothing of the page, and is
        inconclusive.
        """
        if eventually(lambda: bool(tab.now() and (self.count or is_stored())), _ASKED) and not self.count:
            expect_answer(
                tab.name,
                "its message is stored, and no request was seen that has it in its body: it sends in another way than"
                " by POST, such as over a websocket, so that its request could neither be held up nor lost",
            )
        assert self.count, f"{tab.name} did not ask the server to store the message within {_ASKED * unit():g} s"


class Held(Met):
    """Requests of one kind that are on their way, or answers to them, until they are let go."""

    def __init__(self, answered: bool) -> None:
        super().__init__()
        self._answered = answered
        self._holding = True
        self._kept: list[tuple[Route, APIResponse | None]] = []

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self._kept)

    def take(self, route: Route) -> None:
        """One more."""
        if not self._holding:
            route.fallback()
            return
        self.count += 1
        answer = route.fetch() if self._answered else None
        # While the answer came, all may have been let go.
        if self._holding:
            self._kept.append((route, answer))
        else:
            _go_on(route, answer)

    def let_go(self) -> None:
        """All go on, and so does what is asked for later."""
        self._holding = False
        for route, answer in self._kept:
            _go_on(route, answer)
        self._kept.clear()


def _go_on(route: Route, answer: APIResponse | None) -> None:
    if answer is None:
        route.fallback()
    else:
        route.fulfill(response=answer)


class Line:
    """Between one device and its servers: the sockets of tabs that are opened later, and all requests.

    marks: a regular expression of what a message's text contains. own_chats: those into which the run may send.
    """

    def __init__(self, device: BrowserContext, marks: str, own_chats: OwnChats | None) -> None:
        self._device = device
        self._marks = re.compile(marks.encode())
        self._own_chats = own_chats
        self._sockets: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        self._is_cut = False
        self._unwanted = ""
        from pgproof.browser.wire import SOCKET

        device.route_web_socket(SOCKET, self._connect)

    def kill_sockets(self) -> int:
        """End them as a broken network does, with whatever is on its way in them; how many there were."""
        killed, self._sockets = self._sockets, []
        for here, there in killed:
            here.close(code=_CUT)
            there.close(code=_CUT)
        return len(killed)

    @contextmanager
    def without_sockets(self) -> Iterator[None]:
        """Ends them in the same way, and opens no other during the block; requests go on."""
        self._is_cut = True
        assert self.kill_sockets(), "there was no socket to kill"
        try:
            yield
        finally:
            self._is_cut = False

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Nothing gets through during the block. The browser knows that it is offline, as without Wi-Fi."""
        self._device.set_offline(True)
        # The browser's own emulation leaves sockets that are open as they are.
        with self.without_sockets():
            try:
                yield
            finally:
                self._device.set_offline(False)

    def drop(self, text: str) -> None:
        """From now on no frame from the server that holds this text arrives."""
        self._unwanted = text

    def hold(self, method: str, table: str, answered: bool = False) -> Held:
        """Holds requests up before they reach the server; answered: instead the answers to them."""
        held = Held(answered)
        self._each(method, table, held.take)
        return held

    def hold_sending(self, answered: bool = False) -> Held:
        """Holds up what stores messages, to whatever server the page sends them, as hold() does."""
        held = Held(answered)
        self._each_sending(held.take)
        return held

    def lose_answer(self) -> Met:
        """The server answers the next request that stores a message, and nobody hears it."""
        met = Met()

        def answer(route: Route) -> None:
            met.count += 1
            response = route.fetch()
            met.statuses.append(response.status)
            if len(met.statuses) == 1:
                route.abort("connectionreset")
            else:
                route.fulfill(response=response)

        self._each_sending(answer)
        return met

    @contextmanager
    def refused(self) -> Iterator[Met]:
        """No request that stores a message reaches its server during the block, as where a proxy resets it."""
        refusing, met = True, Met()

        def answer(route: Route) -> None:
            if refusing:
                met.count += 1
                route.abort("connectionreset")
            else:
                route.fallback()

        self._each_sending(answer)
        try:
            yield met
        finally:
            refusing = False

    def _each_sending(self, handle: Callable[[Route], object]) -> None:
        def consider(route: Route) -> None:
            if self._is_sending(route.request) and not self._is_stray(route.request):
                handle(route)
            else:
                route.fallback()

        self._device.route(_PERHAPS_SENDING, consider)

    def _is_sending(self, request: Request) -> bool:
        """Whether a request stores a message: in the table, or by having its text, for a function or another server."""
        if request.method != "POST":
            return False
        body = request.post_data_buffer or b""
        return bool(_TO_THE_TABLE.search(request.url) or self._marks.search(body))

    def _is_stray(self, request: Request) -> bool:
        """Whether the run refuses it. What is asked here in the page's place would get around that."""
        return self._own_chats is not None and self._own_chats.foreign(request) is not None

    def _each(self, method: str, table: str, handle: Callable[[Route], object]) -> None:
        def consider(route: Route) -> None:
            if route.request.method == method and not self._is_stray(route.request):
                handle(route)
            else:
                route.fallback()

        self._device.route(re.compile(rf"/rest/v1/{table}\b"), consider)

    def _connect(self, here: WebSocketRoute) -> None:
        if self._is_cut:
            here.close(code=_CUT)
            return
        there = here.connect_to_server()
        self._sockets.append((here, there))
        there.on_message(lambda frame: self._pass_on(here, frame))

    def _pass_on(self, here: WebSocketRoute, frame: str | bytes) -> None:
        if not self._unwanted or isinstance(frame, bytes) or self._unwanted not in frame:
            here.send(frame)


@pytest.fixture
def network(scenario: Scenario) -> Callable[[Person], Line]:
    """The line of the device that a person's next tab is opened on."""
    return lambda person: Line(scenario.device(person), scenario.marks, scenario.devices.own_chats)


@pytest.fixture
def short_token(target: Target, environment: Environment, stack_of: StackOf) -> Callable[[Person, int], str]:
    """A person's access token that runs out after so many seconds."""
    if target.administrator is None:
        pytest.skip("not applicable: how long a live project's tokens last is for the project to say")
    from stack.tokens import Tokens

    tokens = Tokens(secret=stack_of(environment.name).jwt_secret)
    return lambda person, seconds: tokens.sign(tokens.read(person.session["access_token"]), seconds)


@pytest.fixture
def record_latency(record_property: Callable[[str, Any], None]) -> Callable[[str, Judgement], None]:
    """Gives the report how long messages took from send to seen. where: under which circumstances."""

    def record(where: str, judgement: Judgement) -> None:
        latency = judgement.latency
        assert latency is not None, "nobody saw what somebody else sent"
        ranks = {f"p{rank}_ms": round(1000 * getattr(latency, f"p{rank}")) for rank in (50, 95, 99)}
        seen = [round(1000 * each, 1) for each in judgement.seconds]
        # A picture needs no more: from the longest down, evenly over all of them.
        seen = seen[:: -len(seen) // _MOST_TIMES][::-1]
        record_property("latency", {"where": where, "messages": latency.seen, **ranks, "seen_ms": seen})

    return record
