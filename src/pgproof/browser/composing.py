"""Writes in the composer of a page and sends what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError

from pgproof.browser.acting import acting, click, key, patience
from pgproof.browser.view import SECONDS, NothingMatches
from pgproof.quoting import short
from pgproof.timing import unit

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from pgproof.browser.view import View


def write(view: View, text: str) -> None:
    """Write a text in the composer, instead of what is there."""
    composer = view.visible("composer").first
    with acting(view.name, f"write in the composer ({key(view, 'composer')})"):
        composer.fill(text, timeout=patience())


def written(view: View) -> str:
    """Return what stands in the composer and was not sent."""
    composer = view.visible("composer").first
    return str(composer.evaluate("element => element.value ?? element.innerText")).strip()


def submit(view: View, text: str, times: int) -> None:
    """Send what is written, by the button or else by Enter. text: what it is. times: how often in one go."""
    view.log.note("test", f"send '{text}'")
    if view.frontend.selectors.send is not None:
        click(view, view.visible("send").first, "the send button", "send", times)
        return
    composer = view.visible("composer").first
    for _ in range(times):
        with acting(view.name, f"press Enter in the composer ({key(view, 'composer')})"):
            composer.press("Enter", timeout=patience())


def begin_reply(view: View, text: str, message: Locator) -> None:
    """Click the reply button of a message. text: of the message. Raises NothingMatches if there is none in time."""
    view.log.note("test", f"reply to '{text}'")
    with acting(view.name, f"point at the message '{short(text)}' ({key(view, 'message')})"):
        message.hover(timeout=patience())
    selector = view.frontend.selector("reply")
    button = message.locator(selector).filter(visible=True).first
    try:
        button.wait_for(timeout=1000 * SECONDS * unit())
    except TimeoutError:
        what = f"selectors.reply of {view.frontend.name}, '{selector}'"
        raise NothingMatches(f"{what}, matches nothing visible in '{short(text)}' ({view.name})") from None
    click(view, button, f"the reply button of '{short(text)}'", "reply")
