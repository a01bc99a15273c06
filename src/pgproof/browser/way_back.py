"""The way from an open conversation back to the list, in a window that is too narrow for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Error

from pgproof.browser.acting import click
from pgproof.browser.view import SECONDS
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from pgproof.browser.view import View

# Milliseconds for what can be clicked at once, or is on its way out.
_MOMENT = 500


def take(view: View) -> None:
    """Go back to the list, if there is a way back and it is shown. Raises AssertionError if it cannot be clicked."""
    back = view.frontend.selectors.back
    if back is None:
        return
    view.matches(f"{back}, {view.frontend.selector('conversation')}")
    found = view.page.locator(back).filter(visible=True).first
    if not eventually(lambda: _goes_back(view, found), SECONDS):
        click(view, found, "the way back to the list", "back")


def _goes_back(view: View, found: Locator) -> bool:
    """Click the way back if there is one; return False if it could not be clicked, as while it fades away."""
    moment_long = _MOMENT * max(unit(), 1)
    try:
        if not found.count() or not _is_in_window(view, found, moment_long):
            return True
        found.click(timeout=moment_long)
    except Error:
        return False
    view.log.note("test", "go back to the list")
    return True


def _is_in_window(view: View, element: Locator, timeout: float) -> bool:
    """Return whether one could click it: a layout may keep what it does not show beside the window."""
    box, size = element.bounding_box(timeout=timeout), view.page.viewport_size
    return box is not None and (size is None or 0 <= box["x"] + box["width"] / 2 < size["width"])
