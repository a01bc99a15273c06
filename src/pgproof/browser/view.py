"""Watches a page: its recording, its log, and waits for what it shows."""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING, Self

from playwright.sync_api import Error, TimeoutError

from pgproof.browser import circumstances, headlines
from pgproof.browser.log import Log
from pgproof.browser.page_recorder import PageRecorder
from pgproof.browser.page_state import PageState
from pgproof.browser.sightings import Sightings
from pgproof.browser.vocabulary import PLAIN, Vocabulary
from pgproof.quoting import short
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator, Page

    from pgproof.browser.evidence import Beside
    from pgproof.browser.frontend import Frontend
    from pgproof.browser.page_state import Record
    from pgproof.scrub import Scrubber

SECONDS = 5
# After so many seconds without any activity or request, a page will not show anything new.
_QUIET_SECONDS = 1
_PATIENCE = 4
_NOTHING = PageState()


class NothingMatches(AssertionError):
    """Nothing visible is there that a selector of the description matches; the message says whose fault that may be."""


class View:
    """A page as its description reads it, from before its first address. name: what a person calls it.

    recording: everything that it ever showed. log: everything that happened to it. sightings: what was ever matched in
    any tab of the browser. beside: what the database holds, for messages; None if nobody can tell. showing: the name of
    the conversation that was opened last. home: the path at which the conversations are to be found.
    Seconds, of SECONDS and of arguments, are scaled by pgproof.timing.unit().
    """

    def __init__(
        self, name: str, context: BrowserContext, frontend: Frontend, scrub: Scrubber, vocabulary: Vocabulary = PLAIN
    ) -> None:
        self.name = name
        self.frontend = frontend
        self.sightings = Sightings(context, frontend)
        self.beside: Beside | None = None
        self.home: str = frontend.path
        self.page: Page = context.new_page()
        self.log = Log(self.page, scrub, frontend.console_noise, vocabulary, frontend.failing_requests)
        self._recorder = PageRecorder(self.page, frontend, self._taken)
        self.recording: list[Record] = self._recorder.records

    @property
    def state(self) -> PageState:
        """The last recorded state; now() asks the page first."""
        return self.recording[-1].state if self.recording else _NOTHING

    @property
    def showing(self) -> str | None:
        """The name of the conversation that was opened last, None if none was."""
        return None

    @property
    def is_home(self) -> bool:
        """Whether it is at the address of its conversations."""
        return False

    @property
    def history(self) -> list[PageState]:
        """Every recorded state, in order."""
        return [each.state for each in self.recording]

    def most(self, text: str) -> int:
        """Return how often a message with this text was visible at the same time, at most."""
        return max((len(state.of(text)) for state in self.history), default=0)

    def lost_sight_of(self, text: str) -> bool:
        """Return whether a message with this text disappeared while its document and conversation stayed open."""
        seen = ""
        for taken in self.recording:
            if taken.state.of(text):
                seen = taken.opened
            elif seen == taken.opened and taken.state.composer:
                return True
        return False

    def statuses(self, text: str) -> list[str]:
        """Return the names of the ticks that a message with this text had, in order, without "sending"."""
        found = [message.status for state in self.history for message in state.of(text)]
        return [status for status, _ in groupby(found) if status is not None and status != "sending"]

    def visible(self, name: str) -> Locator:
        """Return the visible elements that a selector of the description matches. name: such as "composer".

        Raises NothingMatches once the page is quiet, after 3 * SECONDS at the latest.
        """
        return self.find(f"selectors.{name}", self.frontend.selector(name))

    def find(self, key: str, selector: str) -> Locator:
        """Return the visible elements of any selector, as visible() does. key: its name in the description."""
        if not self.appears(selector):
            self.now()
            raise NothingMatches(headlines.nothing(self, key, selector))
        self.sightings.saw(selector)
        return self.page.locator(selector).filter(visible=True)

    def appears(self, selector: str) -> bool:
        """Return whether something visible matches a selector, as soon as it does.

        It does not once the page is quiet and waits for no request, after 3 * SECONDS at the latest.
        """
        deadline = time.monotonic() + 3 * SECONDS * unit()
        while not self.matches(selector):
            if not self.log.is_waiting or time.monotonic() > deadline:
                return False
        return True

    def shows(self, selector: str) -> bool:
        """Return whether something visible matches a selector now; not while one page makes way for another."""
        return bool(self._recorder.matches(selector, 0))

    def wait(
        self, condition: Callable[[PageState], object], what: str, selector: str | None = None, seconds: float = SECONDS
    ) -> PageState:
        """Return the first state from now on for which the condition is true; else fail with what is shown instead.

        what: is waited for, in words. selector: its name, which is blamed if it matches nothing at all. While what the
        page shows still changes, as on a busy machine, it has up to _PATIENCE times as long.
        """
        began = time.monotonic()
        deadline, latest = began + seconds * unit(), began + _PATIENCE * seconds * unit()
        seen = len(self.recording) - 1
        self._recorder.next(0)
        while True:
            # Check each state in turn: the awaited one may have lasted for a moment only.
            for shown in self.recording[max(seen, 0) :]:
                if condition(shown.state):
                    return shown.state
            seen = len(self.recording)
            left = max(deadline, self._recorder.changed + _QUIET_SECONDS * unit()) - time.monotonic()
            if left <= 0 or time.monotonic() > latest:
                waited = round((time.monotonic() - began) / unit(), 1)
                raise AssertionError(headlines.not_shown(self, what, selector, waited))
            self._recorder.next(left)

    def wait_texts(self, texts: list[str], among: str = "", seconds: float = SECONDS) -> PageState:
        """Wait until the messages are exactly these, from top to bottom. among: only those that contain this text."""
        return self.wait(
            lambda state: [text for text in state.texts if among in text] == texts,
            f"the messages {[short(text) for text in texts]}",
            "message_text",
            seconds,
        )

    def wait_live(self) -> Self:
        """Wait until the server has confirmed that changes flow for every subscription of the page.

        Of a page that wants no changes, all that it subscribed to has to be confirmed. While no conversation is open, a
        page need not subscribe to anything; log.asks_for_realtime then says that it is not live.

        The server has SECONDS for that, from the page's last join on. While the page is still loading, as on a busy
        machine, it has up to _PATIENCE times as long altogether.
        """
        self._wait_until_confirmed()
        if self.log.is_live and not self.log.wants_changes:
            # Such as who is online; changes may be asked for after that.
            self.wait_idle()
            self._wait_until_confirmed()
        return self

    def wait_idle(self) -> Self:
        """Wait until no request is under way or about to be, or until SECONDS have passed; does not fail.

        An answer is known here before the page's script has it, so what the script asks for next is given a turn of
        the page's own to be asked.
        """
        deadline = time.monotonic() + SECONDS * unit()
        while time.monotonic() < deadline:
            known, was_waiting = self.log.requests, self.log.is_waiting
            self._recorder.turn()
            self.now()
            if not was_waiting and self.log.requests == known:
                break
        return self

    def now(self) -> PageState:
        """Return what is shown now."""
        self._recorder.next(0)
        return self.state

    def matches(self, selector: str) -> bool:
        """Return whether a selector matches something visible, asking again when the page is replaced meanwhile."""
        deadline = time.monotonic() + 3 * SECONDS * unit()
        while (found := self._recorder.matches(selector, _QUIET_SECONDS * unit())) is None:
            if time.monotonic() > deadline:
                return False
        return found

    def _taken(self, taken: Record) -> None:
        if not self.recording or self.recording[-1].opened != taken.opened:
            self.log.new_document()
        self.sightings.take(taken.state)

    def _wait_until_confirmed(self) -> None:
        began = time.monotonic()
        while not self.log.is_live:
            left = self._time_to_be_live(began) - time.monotonic()
            if left <= 0:
                if self._is_only_a_list():
                    return
                raise AssertionError(circumstances.not_live(self, round(time.monotonic() - began, 1)))
            self._wait_for_the_wire(1000 * left)

    def _is_only_a_list(self) -> bool:
        """Whether a page at rest shows no conversation, and has not asked to be told of anything."""
        if self.log.is_waiting or self._recorder.changed + _QUIET_SECONDS * unit() > time.monotonic():
            return False
        return bool(self.state.conversations) and not self.state.composer and not self.log.asks_for_realtime

    def _time_to_be_live(self, began: float) -> float:
        """Return until when the page has to be live, by what is known now; later if it is found to be loading then."""
        active = time.monotonic() if self.log.is_waiting else self._recorder.changed
        latest = began + _PATIENCE * SECONDS * unit()
        return min(max(max(began, self.log.joined) + SECONDS * unit(), active + _QUIET_SECONDS * unit()), latest)

    def _wait_for_the_wire(self, milliseconds: float) -> None:
        try:
            socket = self.log.socket
            if socket is not None:
                socket.wait_for_event("framereceived", timeout=milliseconds)
            else:
                self.page.wait_for_event("websocket", timeout=milliseconds)
        except TimeoutError:
            return
        except Error as error:
            # If the socket was closed, the page opens another one.
            if "closed" not in error.message:
                raise
