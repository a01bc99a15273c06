"""What the selectors of a description matched so far, in any tab of the same browser: such a selector is not wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

    from pgproof.browser.frontend import Frontend
    from pgproof.browser.page_state import PageState

# Alive as long as a browser is, which is as long as a run.
_SEEN: WeakKeyDictionary[object, set[tuple[str, str]]] = WeakKeyDictionary()


def forget(browser: Browser) -> None:
    """Forget what matched in a browser, before another page under the same description is looked at."""
    _SEEN.pop(browser, None)


class Sightings:
    """The sightings of one browser under one description."""

    def __init__(self, context: BrowserContext, frontend: Frontend) -> None:
        self._frontend = frontend
        self._seen = _SEEN.setdefault(context.browser or context, set())

    def saw(self, selector: str) -> None:
        """Remember that a selector matched something visible."""
        self._seen.add((self._frontend.name, selector))

    def take(self, state: PageState) -> None:
        """Remember the selectors that matched in a recorded state."""
        for name in _matched(state):
            selector = getattr(self._frontend.selectors, name)
            if selector is not None:
                self.saw(selector)

    def has(self, selector: str) -> bool:
        """Return whether a selector ever matched."""
        return (self._frontend.name, selector) in self._seen


def _matched(state: PageState) -> Iterator[str]:
    """Yield the names of the selectors without which a state could not be what it is."""
    found = {
        "conversation": state.conversations,
        "conversation_name": any(each.name for each in state.conversations),
        "last_message": any(each.last for each in state.conversations),
        "badge": any(each.badge for each in state.conversations),
        "message": state.messages,
        "message_text": any(each.text for each in state.messages),
        "own": any(each.own for each in state.messages),
        "quote": any(each.quote for each in state.messages),
        "composer": state.composer,
        "alert": state.alert,
        "pending": state.pending,
        "connection": state.connection,
    }
    yield from (name for name, there in found.items() if there)
