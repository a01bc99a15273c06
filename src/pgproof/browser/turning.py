"""Turning the pages of a long conversation, of which a page may show a part: the newest, or what is in sight."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import TimeoutError

from pgproof.browser.acting import click
from pgproof.browser.locating import saying
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator

    from pgproof.browser.page_state import Message, PageState
    from pgproof.browser.view import View

_SECONDS = 10
# Milliseconds for what can be scrolled to or clicked at once, or is just being replaced.
_MOMENT = 500
_TRIES = 3
# What a page draws of that is there two frames later; a page in the background has no frames.
_SCROLL = """(message, block) => new Promise((resolve) => {
  message.scrollIntoView({ block, behavior: 'instant' })
  requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
  setTimeout(resolve, 1000)
})"""
# Whether something around the message scrolls, the whole page included.
_SCROLLS = """(message) => {
  const around = (each) => each.assignedSlot ?? each.parentElement ?? each.getRootNode().host
  for (let each = around(message); each; each = around(each)) {
    if (each.scrollHeight <= each.clientHeight + 1) continue
    if (each === document.scrollingElement || ['auto', 'scroll'].includes(getComputedStyle(each).overflowY)) return true
  }
  return false
}"""

Edge = Literal[0, -1]


def turn(view: View, edge: Edge) -> list[str]:
    """Scroll until there is something beyond the first message (0) or the last one (-1), and return what is shown.

    Above the first one, selectors.older is clicked where it is visible. Raises AssertionError if nothing comes.
    """
    shown = view.now()
    if not shown.texts:
        shown = view.wait(lambda state: state.texts, "messages", "message")
    known = shown.texts[edge]
    if not _turns(view, edge, known):
        button = _button(view) if edge == 0 else None
        if button is not None and button.count():
            click(view, button, "what leads to older messages", "older")
        where = "above" if edge == 0 else "below"
        view.wait(lambda state: state.texts and state.texts[edge] != known, f"messages {where} '{known}'", "message")
    return view.now().texts


def ask(view: View) -> None:
    """Click what leads to older messages, if it is there and nothing is under way that it led to before.

    Returns once no request is under way, or after a while.
    """
    button = _button(view)
    if button is None or view.log.is_waiting or not button.count():
        return
    try:
        button.click(timeout=_moment())
    except TimeoutError:
        # Covered or replaced just then; it is clicked again, and in the end what hinders is told.
        return
    view.log.note("test", "ask for older messages")
    view.wait_idle()


def is_end(shown: list[str], texts: list[str]) -> bool:
    """Return whether these are the last of the texts, one or more, without a gap."""
    return bool(shown) and shown == texts[-len(shown) :]


def leads_on(view: View) -> bool:
    """Return whether there may be more messages than are shown: these fill what scrolls, or a button leads to more."""
    button, shown = _button(view), view.now().texts
    if button is not None and button.count():
        return True
    return bool(shown) and _evaluate(view, shown[0], _SCROLLS) is not False


def gather(view: View, texts: list[str]) -> tuple[Message, ...] | None:
    """Turn up from the end of a conversation to its beginning and back, and return its messages as last seen.

    texts: all of them, different ones. None unless each is shown and every screen is a part of them without a gap.
    """
    found: dict[str, Message] = {}
    for edge in (0, -1):
        # Each turn leads further, so more of them than there are messages lead nowhere.
        for _ in texts:
            shown = _part(view, texts)
            if shown is None:
                return None
            found |= {message.text: message for message in shown.messages}
            if shown.texts[edge] == texts[edge]:
                break
            if not _turns(view, edge, shown.texts[edge]):
                return None
    _scroll(view, texts[-1], "end")
    return tuple(found[text] for text in texts) if found.keys() >= {*texts} else None


def seek(view: View, text: str, texts: Sequence[str]) -> None:
    """Turn towards a message that is out of sight, as far as there is one. texts: all that the conversation has."""
    for _ in texts:
        shown = view.now().texts
        if text in shown or not shown or not {text, shown[0], shown[-1]} <= {*texts}:
            return
        first, place, last = (texts.index(each) for each in (shown[0], text, shown[-1]))
        edge: Edge = 0 if place < first else -1
        if first < place < last or not _turns(view, edge, shown[edge]):
            return


def _part(view: View, texts: list[str]) -> PageState | None:
    """Return what is shown once that is a part of these texts without a gap, None if it does not become one."""
    found: list[PageState] = []

    def is_part() -> bool:
        shown = view.now()
        count = len(shown.texts)
        found[:] = [shown]
        return bool(count) and any(texts[n : n + count] == shown.texts for n in range(len(texts)))

    return found[0] if eventually(is_part, _SECONDS) else None


def _turns(view: View, edge: Edge, known: str) -> bool:
    """Return whether something comes beyond a message that is the first or the last one.

    A page that renders anew just then may scroll back, and a person would scroll again. So does this: to the edge of
    what scrolls at first, where pages load more; then further, as one that keeps only what is in sight needs it.
    """
    blocks = chain(repeat("start" if edge == 0 else "end", _TRIES), repeat("center"))

    def is_beyond() -> bool:
        shown = view.now().texts
        if shown and shown[edge] != known:
            return True
        if shown:
            _scroll(view, known, next(blocks))
        if edge == 0:
            ask(view)
        return False

    return eventually(is_beyond, _SECONDS)


def _scroll(view: View, text: str, block: str) -> None:
    """Scroll to a message, by a script: Playwright's own command waits for an element to stand still.

    One that is replaced never does.
    """
    _evaluate(view, text, _SCROLL, block)


def _evaluate(view: View, text: str, script: str, argument: str | None = None) -> bool | None:
    """Return what a script says of a message; None if it is gone just then, or the script says nothing."""
    outer, part = view.frontend.selector("message"), view.frontend.selector("message_text")
    try:
        found: bool | None = saying(view.page, outer, part, text).first.evaluate(script, argument, timeout=_moment())
    except TimeoutError:
        return None
    return found


def _button(view: View) -> Locator | None:
    older = view.frontend.selectors.older
    return None if older is None else view.page.locator(older).filter(visible=True).first


def _moment() -> float:
    return _MOMENT * max(unit(), 1)
