"""Scrolls down a list of conversations that comes in parts, or that keeps only those in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.browser import acting
from pgproof.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.browser.page_state import Conversation
    from pgproof.browser.view import View

# What is asked for at the end of a list is asked for within that time.
_SECONDS = 1
# A list that never ends is not looked at any further.
_MOST_STEPS = 300
# Scrolls what is around the first conversation, by less than is in sight: true if it moved, false at its end, null if
# nothing there scrolls. What a page draws as it scrolls is there two frames later; a tab in the background has none.
_ON = """async ([element]) => {
  const around = (each) => each.parentElement ?? each.getRootNode().host
  const scrolls = (each) => each === document.scrollingElement || /auto|scroll/.test(getComputedStyle(each).overflowY)
  // Replaced since it was found.
  if (element && !element.isConnected) return true
  for (let each = element && around(element); each; each = around(each)) {
    if (!scrolls(each) || each.scrollHeight <= each.clientHeight) continue
    const before = each.scrollTop
    each.scrollTo({ top: before + each.clientHeight * 0.8, behavior: 'instant' })
    await new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(resolve))
      setTimeout(resolve, 200)
    })
    return each.scrollTop > before
  }
  return null
}"""


def gathered(view: View) -> list[Conversation]:
    """Scroll to the end of the list, and return all that it showed on the way, from top to bottom.

    Raises AssertionError if the browser cannot scroll.
    """
    view.wait_idle()
    rows = [*view.now().conversations]
    for _ in range(_MOST_STEPS):
        if not _goes_on(view):
            break
        rows = _joined(rows, view.now().conversations)
    return rows


def reach(view: View, name: str) -> None:
    """Scroll down the list until a conversation of this name is in it, or nothing more comes.

    Raises AssertionError if the browser cannot scroll.
    """
    if name in view.now().names:
        return
    view.wait_idle()
    for _ in range(_MOST_STEPS):
        if name in view.now().names or not _goes_on(view):
            return


def _goes_on(view: View) -> bool:
    """Scroll on; return whether it went on, or something came at the end."""
    before = view.now().conversations
    found = view.page.locator(view.frontend.selector("conversation")).filter(visible=True)
    with acting.acting(view.name, "scroll down the list of conversations"):
        moved = found.evaluate_all(_ON)
    return bool(moved) or (moved is False and eventually(lambda: view.now().conversations != before, _SECONDS))


def _joined(rows: list[Conversation], shown: Sequence[Conversation]) -> list[Conversation]:
    """Return what was gathered so far, and what is shown now behind it."""
    if [*shown[: len(rows)]] == rows:
        return [*shown]
    for common in range(min(len(rows), len(shown)), 0, -1):
        if rows[-common:] == [*shown[:common]]:
            return [*rows, *shown[common:]]
    return [*rows, *(each for each in shown if each not in rows)]
