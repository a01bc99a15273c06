"""Waits for what a page asks its servers, and says so in words of its own when it does not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pgproof.browser.view import SECONDS
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import EventContextManager, Request

    from pgproof.browser.tab import Tab

# A page that tries again lets more and more time pass.
_AGAIN = 3


def about_messages(request: Request) -> bool:
    """Whether a request is to the table of messages."""
    return "/rest/v1/chat_messages" in request.url


def up_to_date(tab: Tab) -> Tab:
    """The tab, loaded anew if nothing tells its list of changes."""
    return tab if tab.log.asks_for_realtime else tab.reload()


@contextmanager
def expected(tab: Tab, event: str, which: Callable[[Any], object], sentence: str) -> Iterator[EventContextManager[Any]]:
    """Fails with the sentence if no such event comes in the block or soon after it. event: of Playwright's Page."""
    from playwright.sync_api import TimeoutError as TookTooLong

    seconds = _AGAIN * SECONDS * unit()
    try:
        with tab.page.expect_event(event, which, timeout=1000 * seconds) as found:
            yield found
    except TookTooLong:
        raise AssertionError(f"{tab.name} {sentence} within {seconds:g} s") from None
