"""Watching a page: its film, its log, and waiting for what it shows."""

from __future__ import annotations

import json
import re
import time
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from playwright.sync_api import Error, TimeoutError

from harness.pages.log import Log
from harness.pages.screen import Frame, Screen, frame
from harness.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator, Page

    from harness.frontend import Frontend
    from harness.scrub import Scrubber

SECONDS = 5
# A page that has done nothing for so long, with no request under way, is not going to show what it has not shown.
_QUIET_SECONDS = 1
_NO_SCREEN = Screen()
# What is looked for inside of what.
_OUTER = {
    "conversation_name": "conversation",
    "last_message": "conversation",
    "badge": "conversation",
    "message_text": "message",
    "own": "message",
    "quote": "message",
}
# What Playwright says when a page is left while it is asked something.
_LEFT = re.compile("context was destroyed|navigat|promise was garbage collected")


class NothingMatches(AssertionError):
    """A selector of the description matches nothing that can be seen."""


@cache
def _film() -> str:
    return Path(__file__).with_name("film.js").read_text(encoding="utf-8")


class View:
    """A page under its description, from before its first address. name: what a person calls it.

    film: all that it ever showed. log: all that happened to it.
    """

    def __init__(self, name: str, context: BrowserContext, frontend: Frontend, scrub: Scrubber) -> None:
        self.name = name
        self.frontend = frontend
        self.film: list[Frame] = []
        self.page: Page = context.new_page()
        self.log = Log(self.page, scrub, frontend.console_noise)
        ticks = frontend.ticks.model_dump(exclude_none=True) if frontend.ticks else {}
        described = {"selectors": frontend.selectors.model_dump(), "ticks": ticks}
        self.page.expose_function("connectFrame", self._take)
        self.page.add_init_script(f"({_film()})({json.dumps(described)})")

    @property
    def screen(self) -> Screen:
        """What was shown last, as far as is known without asking again."""
        return self.film[-1].screen if self.film else _NO_SCREEN

    @property
    def history(self) -> list[Screen]:
        """Everything that was ever shown, in order."""
        return [frame.screen for frame in self.film]

    def most(self, text: str) -> int:
        """How often this message was to be seen at once, at most."""
        return max((len(screen.of(text)) for screen in self.history), default=0)

    def lost_sight_of(self, text: str) -> bool:
        """Whether this message went away again while the page was there and the conversation open."""
        seen = ""
        for taken in self.film:
            if taken.screen.of(text):
                seen = taken.opened
            elif seen == taken.opened and taken.screen.composer:
                return True
        return False

    def statuses(self, text: str) -> list[str]:
        """The ticks that this message had, one after the other, without those of a message under way."""
        found = [message.status for screen in self.history for message in screen.of(text)]
        return [status for status, _ in groupby(found) if status is not None and status != "sending"]

    def visible(self, name: str) -> Locator:
        """What a selector matches and can be seen. Raises NothingMatches within seconds."""
        return self.find(f"selectors.{name}", self.frontend.selector(name))

    def find(self, key: str, selector: str) -> Locator:
        """The same for any selector; key: what it is called in the description."""
        deadline = time.monotonic() + 3 * SECONDS * unit()
        while not self._match(selector):
            if not self.log.is_waiting or time.monotonic() > deadline:
                raise NothingMatches(
                    f"{key} of {self.frontend.name}, '{selector}', matches nothing visible at {self.page.url}"
                    f" ({self.name}){self._says(self.now())}"
                )
        return self.page.locator(selector).filter(visible=True)

    def wait(
        self, condition: Callable[[Screen], object], what: str, selector: str | None = None, seconds: float = SECONDS
    ) -> Screen:
        """The first screen from now on on which the condition holds; fails with what is shown instead.

        what: what was waited for, in words. selector: the one that is to blame if it matches nothing at all.
        """
        deadline = time.monotonic() + seconds * unit()
        seen = len(self.film) - 1
        self._next_frame(0)
        while True:
            # Each in turn: what is waited for may have been there for a moment only.
            for shown in self.film[max(seen, 0) :]:
                if condition(shown.screen):
                    return shown.screen
            seen = len(self.film)
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(self._instead(what, selector, seconds))
            self._next_frame(left)

    def wait_texts(self, texts: list[str], among: str = "") -> Screen:
        """Until the messages are exactly these, from top to bottom. among: only those that hold this."""
        return self.wait(
            lambda screen: [text for text in screen.texts if among in text] == texts,
            f"the messages {texts}",
            "message_text",
        )

    def wait_live(self) -> Self:
        """Until the server said that changes flow for all that the page has subscribed to."""
        deadline = time.monotonic() + SECONDS * unit()
        while not self.log.is_live:
            left = 1000 * (deadline - time.monotonic())
            if left <= 0:
                waited = f"within {SECONDS * unit():g} s"
                raise AssertionError(f"{self.name}: no subscription to changes of the database was confirmed {waited}")
            self._next_frame_on_the_wire(left)
        return self

    def wait_idle(self) -> Self:
        """Until no request is under way; a page that always has one is waited for no longer than for anything else."""
        deadline = time.monotonic() + SECONDS * unit()
        self.now()
        while self.log.is_waiting and time.monotonic() < deadline:
            self.now()
        return self

    def now(self) -> Screen:
        """What is shown now."""
        self._next_frame(0)
        return self.screen

    def _match(self, selector: str) -> bool:
        """Whether it matches something visible, as far as the page that stays can tell."""
        asked = "([selector, quiet]) => connectFilm.match(selector, quiet)"
        deadline = time.monotonic() + 3 * SECONDS * unit()
        while (found := self._unless_left(asked, [selector, _QUIET_SECONDS * 1000 * unit()])) is None:
            if time.monotonic() > deadline:
                return False
        return bool(found)

    def _take(self, told: str) -> None:
        taken = frame(told)
        if not self.film or self.film[-1].opened != taken.opened:
            self.log.new_document()
        self.film.append(taken)

    def _next_frame(self, seconds: float) -> None:
        """Returns when there is a newer frame, the page was left for another, or time is up."""
        known = (self.film[-1].opened, self.film[-1].version) if self.film else ("", 0)
        self._unless_left(
            "([opened, version, wait]) => connectFilm.after(opened, version, wait)", [*known, seconds * 1000]
        )

    def _unless_left(self, script: str, argument: list[Any]) -> Any:
        """What it evaluates to; None if the page went to another address meanwhile, where its film begins anew."""
        try:
            return self.page.evaluate(script, argument)
        except Error as error:
            if not _LEFT.search(error.message):
                raise
        return None

    def _instead(self, what: str, selector: str | None, seconds: float) -> str:
        """What to say when time is up."""
        failed = f"{self.name} should show {what}, but after {seconds * unit():g} s"
        shown = self.screen
        if selector in _OUTER and not self._is_visible(_OUTER[selector]):
            selector = _OUTER[selector]
        if selector and not self._is_visible(selector):
            blamed = f"selectors.{selector} of {self.frontend.name}, '{self.frontend.selector(selector)}',"
            return f"{failed} {blamed} matches nothing visible at {self.page.url}{self._says(shown)}"
        there = shown.texts if shown.composer else [f"{c.name}: {c.last} ({c.badge})" for c in shown.conversations]
        return f"{failed} it shows {there}{self._says(shown)}"

    def _is_visible(self, selector: str) -> bool:
        return self.page.locator(self.frontend.selector(selector)).filter(visible=True).count() > 0

    def _says(self, shown: Screen) -> str:
        said = f"; it says '{shown.alert}'" if shown.alert else ""
        problems = self.log.problems
        return f"{said}; first of {len(problems)} problems: {problems[0]}" if problems else said

    def _next_frame_on_the_wire(self, milliseconds: float) -> None:
        try:
            socket = self.log.socket
            if socket is not None:
                socket.wait_for_event("framereceived", timeout=milliseconds)
            else:
                self.page.wait_for_event("websocket", timeout=milliseconds)
        except TimeoutError:
            return
        except Error as error:
            # The page opens another one.
            if "closed" not in error.message:
                raise
