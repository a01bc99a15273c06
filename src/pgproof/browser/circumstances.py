"""What is known of a page when a wait fails: its words, where in loading it is, what the database holds beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from pgproof.browser.evidence import Beside
    from pgproof.browser.frontend import Frontend
    from pgproof.browser.log import Log
    from pgproof.browser.page_state import PageState, Record
    from pgproof.browser.sightings import Sightings

_LONGEST = 160
_MOST = 10

# innerText is what a person sees; it stops at the border of a shadow root.
_WORDS = """() => {
  const read = (root) => {
    let text = root.innerText ?? [...root.children].map((each) => each.innerText ?? '').join(' ')
    for (const each of root.querySelectorAll('*')) if (each.shadowRoot) text += ' ' + read(each.shadowRoot)
    return text
  }
  return document.body ? read(document.body) : ''
}"""
_NESTED = """(elements) => {
  const shown = (each) => `<${each.tagName.toLowerCase()}${each.className ? ` class="${each.className}"` : ''}>`
  for (const inner of elements)
    for (const outer of elements)
      if (inner !== outer && outer.contains(inner)) return [elements.length, shown(outer), shown(inner)]
  return null
}"""


class Watched(Protocol):
    """What is asked of a View."""

    name: str
    frontend: Frontend
    page: Page
    log: Log
    recording: list[Record]
    sightings: Sightings
    beside: Beside | None

    @property
    def state(self) -> PageState:
        """The last recorded state."""

    @property
    def showing(self) -> str | None:
        """The name of the conversation that was opened last, None if none was."""


def words(view: Watched) -> str:
    """Return what the page says, in its own words, shortened."""
    text = _all_words(view)
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"


def _all_words(view: Watched) -> str:
    return " ".join(str(view.page.evaluate(_WORDS)).split())


def loading(view: Watched) -> str:
    """Return where in loading a page is: what it waits for, what was answered last, whether changes flow."""
    answers = [event.text for event in view.log.events if event.kind == "answer"]
    answered = f"{len(answers)} requests were answered, the last with {answers[-1]}" if answers else "none was answered"
    return f"{pending(view) or 'no request is under way'}; {answered}; {_socket(view)}"


def not_live(view: Watched, waited: float) -> str:
    """Return the message for a page that did not become live. waited: for so many seconds."""
    if view.log.asks_for_realtime or view.log.is_waiting:
        failed = f"{view.name}: no subscription to changes of the database was confirmed within {waited:g} s"
    else:
        failed = (
            f"{view.name} asks for no realtime: with a conversation open it subscribed to nothing within {waited:g} s,"
            " so that nothing would bring what others write there"
        )
    return f"{failed}: {loading(view)}\n{instead(view)}"


def told(headline: str, view: Watched, *more: str) -> str:
    """Return a headline with what else is known, one line each."""
    return "\n".join([headline, *more, *_evidence(view)])


def _evidence(view: Watched) -> Sequence[str]:
    lines = []
    if not view.state.conversations and not view.state.composer:
        lines.append(f"loading: {loading(view)}")
    if view.beside is not None:
        stored = view.beside.messages(view.showing) if view.showing else None
        if stored is not None:
            held = "; ".join(map(str, stored[-_MOST:])) or "no message"
            more = f" (the last {_MOST} of {len(stored)})" if len(stored) > _MOST else ""
            lines.append(f"the database holds of '{view.showing}'{more}: {held}")
        else:
            rows = view.beside.conversations()
            if rows is not None:
                held = "; ".join(map(str, rows[:_MOST])) or "nothing"
                lines.append(f"the database holds {len(rows)} conversations of this person: {held}")
    lines += unsent(view)
    problems = view.log.problems
    if problems:
        lines.append(f"first of {len(problems)} problems: {problems[0]}")
    return lines


def unsent(view: Watched) -> list[str]:
    """Return a line on what a run that only reads did not let the page send to other hosts; none without any."""
    held = view.log.withheld.unsent
    said = f"not sent, since the run only reads, and answered with an empty 204: {', '.join(held[-_MOST:])}"
    return [said] if held else []


def instead(view: Watched) -> str:
    """Return a sentence on what the page says instead of what was waited for."""
    said = words(view)
    return f"the page says '{said}'" if said else "the page is empty"


def reads(view: Watched, missing: str | None) -> bool:
    """Return whether the page's own words contain a text that is missing; True without one."""
    return missing is None or " ".join(missing.split()) in _all_words(view)


def pending(view: Watched) -> str:
    """Return which requests are under way and for how long, empty if none is."""
    waiting = view.log.under_way
    first = [f"{each.what} has been waiting for {each.seconds:.1f} s" for each in waiting[:3]]
    return ", ".join(first) + (f", and {len(waiting) - 3} more" if len(waiting) > 3 else "")


def _socket(view: Watched) -> str:
    if view.log.socket is None:
        return "no websocket is open"
    asked = len(view.log.subscriptions)
    if not asked:
        return "the websocket is open, and no subscription was asked for"
    confirmed = "confirmed" if view.log.is_live else "not confirmed"
    to_changes = " to changes" if view.log.wants_changes else ""
    return f"the websocket is open, and its {asked} subscriptions{to_changes} are {confirmed}"


def nested(view: Watched, name: str) -> str | None:
    """Return a sentence on matches of a selector inside other matches of it, None if there are none."""
    selector = view.frontend.selector(name)
    found = view.page.locator(selector).filter(visible=True).evaluate_all(_NESTED)
    if found is None:
        return None
    count, outer, inner = found
    return (
        f"selectors.{name} of {view.frontend.name}, '{selector}', matches elements inside each other: of {count}"
        f" matches, {outer} contains {inner}; it should match each {name} once"
    )


def is_visible(view: Watched, name: str) -> bool:
    """Return whether a selector of the description matches something visible. name: such as "composer"."""
    return view.page.locator(view.frontend.selector(name)).filter(visible=True).count() > 0
