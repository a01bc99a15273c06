"""The devices of a scenario's people: browser contexts, each with its own session and trace."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connect.scenario import sessions
from connect.vocabulary import VOCABULARY
from pgproof.browser import guarding_proxy
from pgproof.browser.guard import Rules
from pgproof.timing import unit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Route

    from connect.scenario.people import Person
    from connect.scenario.target import Target
    from pgproof.browser.frontend import Frontend
    from pgproof.scrub import Scrubber

_PATIENCE_MS = 15_000


@dataclass(repr=False)
class Devices:
    """The devices of one scenario. contexts: by the name of the device, in the order in which they were made.

    elsewhere: the APIs other than the stack's that one's own page asked, which nothing reaches.
    snapshots: whether a trace holds the page at each step, which takes a fifth of the time.
    """

    target: Target
    frontend: Frontend
    browser: Browser
    scrub: Scrubber
    snapshots: bool
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    _opened: ExitStack = field(default_factory=ExitStack)
    _proxy: str | None = None

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
            rules = Rules(self.target.api.url, self.target.page_url, VOCABULARY)
            self._proxy = self._opened.enter_context(guarding_proxy.running(rules))
        context = self.browser.new_context(proxy=guarding_proxy.settings(self._proxy), **self._window())
        context.set_default_timeout(_PATIENCE_MS * unit())
        context.tracing.start(snapshots=self.snapshots)
        if self.target.own_page is not None:
            context.route(self.target.own_page.elsewhere, self._refuse)
        return context

    def _refuse(self, route: Route) -> None:
        self.elsewhere.add("{0.scheme}://{0.netloc}".format(urlsplit(route.request.url)))
        route.abort("blockedbyclient")
