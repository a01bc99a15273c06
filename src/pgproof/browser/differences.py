"""Where a page and the database differ, as the kind of fault that it is."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pgproof.quoting import short

if TYPE_CHECKING:
    from pgproof.browser.evidence import Beside, StoredText
    from pgproof.browser.frontend import Frontend
    from pgproof.browser.log import Log
    from pgproof.browser.page_state import PageState
    from pgproof.moment import Moment

LOST_ROW = "lost row"
LOST_EVENT = "lost event"
NOT_DRAWN = "not drawn"
NOT_READ = "not read"
STALE_PREVIEW = "stale preview"
STILL_SHOWN = "deleted and still shown"
OTHER_ORDER = "order of the list"
# The log cuts long texts.
_ENOUGH = 80
_WAITING = ("sending", "failed")


class Difference(NamedTuple):
    """A difference. kind: its short name. sentence: goes on from "the page should show this, but after 5 s".

    missing: the text that the page should show and does not, None if that is not what is wrong.
    """

    kind: str
    sentence: str
    missing: str | None = None


class Watched(Protocol):
    """What is asked of a View."""

    frontend: Frontend
    log: Log
    beside: Beside | None

    @property
    def state(self) -> PageState:
        """The last recorded state."""

    @property
    def showing(self) -> str | None:
        """The name of the conversation that was opened last, None if none was."""


def of(view: Watched, *, about_the_list: bool) -> Difference | None:
    """Return the first difference, None if there is none or nothing is known of the database.

    about_the_list: look at the previews first, not at the open conversation.
    """
    if view.beside is None:
        return None
    ways = [_of_the_chat, _of_the_list]
    return next(filter(None, (way(view, view.beside) for way in (ways[::-1] if about_the_list else ways))), None)


def _of_the_list(view: Watched, beside: Beside) -> Difference | None:
    for stored in beside.conversations() or ():
        row = view.state.conversation(_one_line(stored.name)) if stored.name else None
        if row is None or stored.last is None or _one_line(stored.last) in row.last or row.begins(stored.last):
            continue
        held = f"the list shows '{short(row.last)}' beside {row.name}, and the newest that the database holds is"
        also = ", which the chat itself shows" if _one_line(stored.last) in view.state.texts else ""
        return Difference(STALE_PREVIEW, f"{held} '{short(stored.last)}'{also}")
    return _of_the_order(view, beside) if view.frontend.order == "newest" else None


def _of_the_order(view: Watched, beside: Beside) -> Difference | None:
    """Return the first pair in the list that stands the wrong way round; what says nothing may stand anywhere."""
    dated = [_one_line(row.name) for row in beside.conversations() or () if row.name and row.last is not None]
    places = [(view.state.names.index(name), name) for name in dated if name in view.state.names]
    for (at, newer), (before, older) in pairwise(places):
        if at > before:
            return Difference(
                OTHER_ORDER,
                f"the list shows '{older}' above '{newer}', which has the newer message; a list with an order of its"
                ' own is declared by order = "any"',
            )
    return None


def _of_the_chat(view: Watched, beside: Beside) -> Difference | None:
    shown = view.state
    stored = beside.messages(view.showing) if view.showing and shown.composer else None
    if stored is None:
        return None
    known = {_one_line(row.text): row for row in stored}
    for message in shown.messages:
        row = known.get(message.text)
        if row is None and message.status not in _WAITING and message.own:
            return Difference(LOST_ROW, f"it shows '{short(message.text)}' as sent, and the database does not hold it")
        if row is not None and row.deleted:
            return Difference(STILL_SHOWN, f"it shows '{short(message.text)}', which is deleted in the database")
    missing = [row for row in stored if not row.deleted and _one_line(row.text) not in shown.texts]
    # Older ones may be on a page that nobody has scrolled to.
    first = min((row.seq or 0 for row in stored if _one_line(row.text) in shown.texts), default=0)
    row = next((row for row in missing if (row.seq or 0) > first), None)
    return None if row is None else _missing(view.log, row)


def _missing(log: Log, row: StoredText) -> Difference:
    held = f"it does not show '{short(row.text)}', which the database holds (seq {row.seq})"
    if any(event.kind == "received" and row.text[:_ENOUGH] in event.text for event in log.events):
        return Difference(NOT_DRAWN, f"{held} and its websocket delivered", row.text)
    since = _live_since(log)
    if row.at is not None and since is not None and row.at > since:
        return Difference(LOST_EVENT, f"{held}: its websocket did not deliver it, although changes flowed", row.text)
    if since is None:
        return Difference(
            NOT_READ, f"{held}: no subscription to changes was confirmed, and it did not read it either", row.text
        )
    return Difference(NOT_READ, f"{held} since before changes flowed: it did not read it", row.text)


def _live_since(log: Log) -> Moment | None:
    """Return when the server last said that changes flow, or, to a page that wants none, that it is in its channels."""
    said = (" system ",) if log.wants_changes else (" system ", ' phx_reply {"status": "ok"')
    told = [event.at for event in log.events if event.kind == "received" and any(each in event.text for each in said)]
    return told[-1] if told else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
