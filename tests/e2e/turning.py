"""Turning the pages of a long conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pgproof.timing import eventually

if TYPE_CHECKING:
    from pgproof.browser import Tab

_SECONDS = 10
_SCROLL = "(message, block) => message.scrollIntoView({ block })"


def turn(tab: Tab, edge: Literal[0, -1]) -> list[str]:
    """Scroll until there is something beyond the first message (0) or the last one (-1), and return what is shown.

    A page that renders anew just then may scroll back, and a person would scroll again. So does this, by a script:
    Playwright's own command waits for an element to stand still, which one that is replaced never does.
    """
    # A page may show nothing for a while, such as empty bubbles until the texts come.
    known = tab.wait(lambda state: state.texts, "messages", "message").texts[edge]
    towards = "start" if edge else "end"

    def is_beyond() -> bool:
        shown = tab.now().texts
        if known in shown:
            tab.message(known).evaluate(_SCROLL, towards)
        return bool(shown) and shown[edge] != known

    eventually(is_beyond, _SECONDS)
    goes_on = f"messages beyond '{known}'"
    return tab.wait(lambda state: state.texts and state.texts[edge] != known, goes_on, "message").texts
