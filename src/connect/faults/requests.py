"""Changes of the page's requests to the API, and of their answers."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Route

    from connect.faults.effects import Effects

    Act = Callable[[Route], None]


@dataclass(frozen=True)
class Requests:
    """A change of the requests of one method to one table or function of the API.

    path: below /rest/v1/. act: called with each request instead of sending it.
    """

    method: str
    path: str
    act: Act

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """Change the requests; see connect.faults.effects.Change."""

        def answer(route: Route) -> None:
            if route.request.method != self.method:
                route.fallback()
                return
            effects.changed()
            self.act(route)

        context.route(re.compile(rf"/rest/v1/{re.escape(self.path)}(\?|$)"), answer)


def held_for_ever(_: Route) -> None:
    """Never answer the request."""


def dropped(route: Route) -> None:
    """Abort the request before it reaches the server."""
    route.abort("connectionreset")


def answer_lost(route: Route) -> None:
    """Let the server carry out the request, and never answer the page."""
    route.fetch()


def sent_twice(route: Route) -> None:
    """Send the request a second time, as another message."""
    message: Any = route.request.post_data_json
    route.fetch(post_data={**message, "client_generated_id": str(uuid.uuid4())})
    route.continue_()


def reversed_rows(route: Route) -> None:
    """Reverse the rows of the answer."""
    response = route.fetch()
    route.fulfill(response=response, json=response.json()[::-1])
