"""Runs recorder.js in a page, and takes in what it tells."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from pgproof.browser.page_state import Record, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from pgproof.browser.frontend import Frontend

# What Playwright says when a page is left while a script runs in it.
_LEFT = re.compile("context was destroyed|navigat|promise was garbage collected")


@cache
def _script() -> str:
    return Path(__file__).with_name("recorder.js").read_text(encoding="utf-8")


class PageRecorder:
    """The recording of one page, from before its first address. records: everything that it ever showed.

    taken: called with each record before it is added.
    """

    def __init__(self, page: Page, frontend: Frontend, taken: Callable[[Record], None]) -> None:
        self.records: list[Record] = []
        self._page = page
        self._taken = taken
        ticks = frontend.ticks.model_dump(exclude_none=True) if frontend.ticks else {}
        described = {"selectors": frontend.selectors.model_dump(), "ticks": ticks}
        page.expose_function("pgproofRecord", self._take)
        page.add_init_script(f"({_script()})({json.dumps(described)})")

    @property
    def changed(self) -> float:
        """When the page last showed something new, on the monotonic clock; 0 if it never did."""
        return self.records[-1].at.monotonic if self.records else 0.0

    def next(self, seconds: float) -> None:
        """Return when there is a newer record, the page was left for another, or time is up."""
        known = (self.records[-1].opened, self.records[-1].version) if self.records else ("", 0)
        self._unless_left(
            "([opened, version, wait]) => pgproofRecorder.after(opened, version, wait)", [*known, seconds * 1000]
        )

    def turn(self) -> None:
        """Return when the page has done what it was about to do, or was left for another."""
        self._unless_left("() => pgproofRecorder.turn()", [])

    def matches(self, selector: str, quiet_seconds: float) -> bool | None:
        """Return whether a selector matches something visible, once it does or the page is quiet for so long.

        None if the page went to another address meanwhile.
        """
        found = self._unless_left(
            "([selector, quiet]) => pgproofRecorder.match(selector, quiet)", [selector, quiet_seconds * 1000]
        )
        return None if found is None else bool(found)

    def _take(self, told: str) -> None:
        taken = record(told)
        self._taken(taken)
        self.records.append(taken)

    def _unless_left(self, script: str, argument: list[Any]) -> Any:
        """Return what a script evaluates to; None if the page went to another address, where a new recording begins."""
        try:
            return self._page.evaluate(script, argument)
        except Error as error:
            if not _LEFT.search(error.message):
                raise
        return None
