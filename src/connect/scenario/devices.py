"""The devices of a scenario's people: browser contexts, each with its own session and trace."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connect.scenario import sessions
from connect.vocabulary import VOCABULARY
from pgproof.browser import guarding_proxy
from pgproof.browser.guard import Rules
from pgproof.browser.other_projects import OtherProjects
from pgproof.timing import unit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from connect.scenario.own_chats import OwnChats
    from connect.scenario.people import Person
    from connect.scenario.target import Target
    from pgproof.browser.frontend import Frontend
    from pgproof.scrub import Scrubber

_PATIENCE_MS = 15_000


@dataclass(repr=False)
class Devices:
    """The devices of one scenario. contexts: by the name of the device, in the order in which they were made.

    others: what somebody's own page asked of other projects; None for the stack's own page, which knows no other.
    snapshots: whether a trace holds the page at each step, which takes a fifth of the time.
    own_chats: which chats the pages may send into; None for all.
    """

    target: Target
    frontend: Frontend
    browser: Browser
    scrub: Scrubber
    snapshots: bool
    own_chats: OwnChats | None = None
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    others: OtherProjects | None = field(init=False)
    _opened: ExitStack = field(default_factory=ExitStack)
    _proxy: str | None = None

    def __post_init__(self) -> None:
        is_foreign = self.target.administrator is None or self.target.own_page is not None
        api = self.target.api
        # What is on a stack has the keys that a page was built with for another place.
        key = None if self.target.own_page is not None else api.anon_key
        self.others = OtherProjects(api.url, self.target.page_url, key) if is_foreign else None

    def close(self) -> None:
        """Close every device, and with it its tabs."""
        # The proxy ends first: what a page sends as it is closed does not leave either.
        self._opened.close()
        for context in self.contexts.values():
            context.close()

    def of(self, person: Person, *, apart: bool = False, **changed: Any) -> str:
        """Return the name of a person's newest device, or of a new one if apart or if there is none.

        changed: what a new device's session has instead of what the server returned; nothing where the description has
        no sign_in.storage, since the page then signs people in by itself.
        """
        devices = [name for name in self.contexts if name.startswith(f"{person.name}'s")]
        if devices and not apart:
            return devices[-1]
        device = f"{person.name}'s device {len(devices) + 1}"
        context = self.contexts[device] = self._context()
        if self.frontend.sign_in.storage:
            session = {**self.target.api.sign_in(*person.account), **changed}
            self.scrub.learn(session["access_token"], session["refresh_token"])
            context.add_init_script(sessions.storage_script(self.frontend, self.target, person, session))
            cookies = sessions.cookies(self.frontend, self.target, person, session)
            self.scrub.learn(*(each["value"] for each in cookies))
            context.add_cookies(cookies)
        return device

    def stranger(self) -> str:
        """Return the name of a new device on which nobody is signed in."""
        device = f"a stranger's device {len(self.contexts) + 1}"
        self.contexts[device] = self._context()
        return device

    def talks_elsewhere(self) -> str | None:
        """Return a sentence on the other projects that the page asked, and what to change; None if it asked none."""
        if self.others is None or not self.others.asked:
            return None
        target = self.target
        where = f"the page at {target.page_url} talks to {', '.join(sorted(self.others.asked))}, not to"
        refused = "" if self.others.reached else " (what it asked was refused)"
        if target.own_page is not None:
            return f"{where} the stack at {target.api.url}; build it with that address{refused}"
        return (
            f"{where} {target.api.url} of {target.api_variable}; build it with that address, or, if both are the same"
            f" project, set {target.api_variable} to the one that it was built with{refused}"
        )

    def check_session(self, device: str) -> None:
        """Fail if the page's own server has signed somebody in at another project, before anything is done there."""
        if self.others is not None and self.others.look(self.contexts[device]):
            raise AssertionError(self.talks_elsewhere())

    def serve(self) -> None:
        """Call the browser, since requests to a test's own routes are answered only within such a call."""
        context = next(iter(self.contexts.values()), None)
        if context is not None:
            context.cookies()

    def _window(self) -> dict[str, Any]:
        """Return how large the window is, if the description says so."""
        size = self.frontend.window
        return {} if size is None else {"viewport": {"width": size[0], "height": size[1]}}

    def _context(self) -> BrowserContext:
        if self.target.read_only is not None and self._proxy is None:
            reading = self.target.database.reading_functions()
            rules = Rules(self.target.api.url, self.target.page_url, VOCABULARY, reading)
            self._proxy = self._opened.enter_context(guarding_proxy.running(rules))
        context = self.browser.new_context(proxy=guarding_proxy.settings(self._proxy), **self._window())
        context.set_default_timeout(_PATIENCE_MS * unit())
        context.tracing.start(snapshots=self.snapshots)
        if self.others is not None:
            self.others.watch(context)
        if self.own_chats is not None:
            self.own_chats.watch(context)
        return context
