"""What a failure says first: one sentence that names the kind of fault, then what the page and the database show.

The kinds: a selector that never matched; nested matches of one; a page that did not finish loading; a lost row, a lost
event, a message that is not drawn, a deleted one that still is, a stale preview, a list in another order; else what the
page shows, in its own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.browser import differences
from pgproof.browser.circumstances import instead, is_visible, nested, pending, reads, told
from pgproof.quoting import short
from pgproof.timing import unit

if TYPE_CHECKING:
    from pgproof.browser.circumstances import Watched
    from pgproof.browser.page_state import PageState

# The element inside which another one is looked up.
_OUTER = {
    "conversation_name": "conversation",
    "last_message": "conversation",
    "badge": "conversation",
    "message_text": "message",
    "own": "message",
    "quote": "message",
}
_OF_THE_LIST = ("conversation", "conversation_name", "last_message", "badge")


def nothing(view: Watched, key: str, selector: str) -> str:
    """Return the message for an element that was wanted and is not there. key: its name in the description."""
    name = key.removeprefix("selectors.")
    blamed = f"{key} of {view.frontend.name}, '{selector}',"
    if name in _OF_THE_LIST and (waiting := pending(view)):
        return told(f"{view.name}: the list never came: {waiting}", view, f"{blamed} matches nothing visible")
    if view.sightings.has(selector):
        first = f"{view.name} needs {name} ({key} of {view.frontend.name}, '{selector}'), and {instead(view)}"
        return told(first + _way_back(view, name), view)
    return told(
        f"{blamed} matches nothing visible at {view.page.url} ({view.name}),"
        f" and never did in this run; {instead(view)}",
        view,
    )


def not_shown(view: Watched, what: str, selector: str | None, seconds: float) -> str:
    """Return the message for a wait whose time is up. selector: the name of the one that was waited for."""
    failed = f"{view.name} should show {what}, but after {seconds * unit():g} s"
    name = selector
    if name in _OUTER and not is_visible(view, _OUTER[name]):
        name = _OUTER[name]
    if name and not is_visible(view, name):
        return _without(view, failed, name)
    inside = next(filter(None, (nested(view, each) for each in ("conversation", "message"))), None)
    if inside:
        return told(f"{failed} {inside}", view)
    if found := differences.of(view, about_the_list=selector in _OF_THE_LIST):
        return told(f"{found.kind}: {failed} {found.sentence}", view)
    return told(f"{failed} {_there(view.state)}{_alert(view.state)}", view)


def _without(view: Watched, failed: str, name: str) -> str:
    """Return the message for a wait that found nothing that a selector matches."""
    selector = view.frontend.selector(name)
    blamed = f"selectors.{name} of {view.frontend.name}, '{selector}',"
    if name == "conversation" and (waiting := pending(view)):
        return told(f"{failed} the list never came: {waiting}", view, f"{blamed} matches nothing visible")
    if hint := _way_back(view, name):
        return told(f"{failed} {instead(view)}{hint}", view)
    found = differences.of(view, about_the_list=name in _OF_THE_LIST)
    # Where the page's own words lack the text, no selector could have found it.
    if found and (view.sightings.has(selector) or not reads(view, found.missing)):
        return told(f"{found.kind}: {failed} {found.sentence}; {instead(view)}", view)
    if view.sightings.has(selector):
        return told(f"{failed} {instead(view)}", view)
    return told(
        f"{failed} {blamed} matches nothing visible at {view.page.url}, and never did in this run; {instead(view)}",
        view,
    )


def _way_back(view: Watched, name: str) -> str:
    """Return a hint if a list that was shown before is gone while a conversation is open, as where it takes its place.

    name: of the selector that matches nothing. Empty if the description names a way back, which then was taken.
    """
    outer = _OUTER.get(name, name)
    if outer != "conversation" or not view.state.composer or view.state.conversations:
        return ""
    if view.frontend.selectors.back is not None or not view.sightings.has(view.frontend.selector(outer)):
        return ""
    return "; if an open conversation takes the place of the list, describe what leads back to it as selectors.back"


def _there(shown: PageState) -> str:
    if shown.composer:
        return f"it shows {[short(text) for text in shown.texts]}"
    return f"it shows {[f'{each.name}: {short(each.last)} ({each.badge})' for each in shown.conversations]}"


def _alert(shown: PageState) -> str:
    return f"; it says '{short(shown.alert)}'" if shown.alert else ""
