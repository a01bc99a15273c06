"""What went wrong when something was done in a page, in words that need no knowledge of Playwright."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from playwright.sync_api import Error, TimeoutError

from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from pgproof.browser.frontend import Frontend

SECONDS = 15
# What Playwright says of an element that cannot be acted on, and what that means; the first that is found counts.
_REASONS = (
    (re.compile(r"(<[^\n]*?>)[^\n]* intercepts pointer events"), r"\1 covers it"),
    (re.compile(r"strict mode violation"), "several elements match where one is meant"),
    (re.compile(r"element is not enabled"), "it stays disabled"),
    (re.compile(r"element is not editable"), "it is read-only"),
    (re.compile(r"element is not stable"), "it keeps moving"),
    (re.compile(r"outside of the viewport"), "it lies outside the window"),
    (re.compile(r"element is not visible"), "it is there and not visible"),
    (re.compile(r"detached from the DOM|not attached"), "the page keeps replacing it"),
    (re.compile(r"Element is not an <input>"), "nothing can be written in it"),
    (re.compile(r"net::(ERR_\w+)"), r"the browser says \1"),
    (re.compile(r"has been closed"), "the page was closed"),
    (re.compile(r"Page crashed|Target crashed"), "the page crashed"),
    (re.compile(r"waiting for (?:locator|get_by)"), "there was no such element"),
)
_PREFIX = re.compile(r"^(?:[A-Z]\w+\.\w+: )+")
_CALLED = re.compile(r"^(?P<kind>\w+)\.(?P<deed>\w+): ")
_WAITED = re.compile(r"waiting for (?P<element>(?:locator|get_by)[^\n]*)")


class Described(Protocol):
    """What is asked of a View."""

    name: str
    frontend: Frontend


@contextmanager
def acting(name: str, deed: str) -> Iterator[None]:
    """Raise AssertionError, one sentence first, if the browser cannot do what is done in the block.

    name: whose tab. deed: what is done, such as "click the send button (selectors.send, '.go')".
    """
    try:
        yield
    except TimeoutError as error:
        raise AssertionError(
            f"{name} could not {deed} within {SECONDS * unit():g} s: {reason(error.message)}"
        ) from None
    except Error as error:
        raise AssertionError(f"{name} could not {deed}: {reason(error.message)}") from None


def patience() -> float:
    """Return how many milliseconds an action may take."""
    return 1000 * SECONDS * unit()


def click(view: Described, element: Locator, what: str, name: str, times: int = 1) -> None:
    """Click an element, once or in one go. what: in words. name: of its selector.

    Raises AssertionError, which says what hinders.
    """
    with acting(view.name, f"click {what} ({key(view, name)})"):
        element.click(timeout=patience(), click_count=times)


def key(view: Described, name: str) -> str:
    """Return a selector with its name, as sentences have it."""
    return f"selectors.{name}, '{view.frontend.selector(name)}'"


def reason(message: str) -> str:
    """Return why something could not be done, from an error of Playwright."""
    for pattern, meaning in _REASONS:
        found = pattern.search(message)
        if found:
            return found.expand(meaning)
    return _PREFIX.sub("", message.splitlines()[0]) if message else "the browser gives no reason"


def sentence(message: str) -> str:
    """Return an error of Playwright as one sentence: what the browser was to do, with what, and why it did not."""
    called = _CALLED.match(message)
    deed = called["deed"].replace("_", " ") if called else "do its next step"
    waited = _WAITED.search(message)
    element = f" {waited['element']}" if waited else ""
    return f"the browser could not {deed}{element}: {reason(message)}"
