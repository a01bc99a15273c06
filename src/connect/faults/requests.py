"""Changes of what the page asks the API for, and of what it hears."""

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
    """Those of one method to one table or function of the API. act: what becomes of each."""

    method: str
    path: str
    act: Act

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """See connect.faults.effects.Change."""

        def answer(route: Route) -> None:
            if route.request.method != self.method:
                route.fallback()
                return
            effects.changed()
            self.act(route)

        context.route(re.compile(rf"/rest/v1/{re.escape(self.path)}(\?|$)"), answer)


def held_for_ever(_: Route) -> None:
    """It is never answered."""


def dropped(route: Route) -> None:
    """It does not reach the server."""
    route.abort("connectionreset")


def answer_lost(route: Route) -> None:
    """The server has done it, and the page never hears."""
    route.fetch()


def sent_twice(route: Route) -> None:
    """The server gets it once more, as another message."""
    message: Any = route.request.post_data_json
    route.fetch(post_data={**message, "client_generated_id": str(uuid.uuid4())})
    route.continue_()


def reversed_rows(route: Route) -> None:
    """What is first in the answer comes last."""
    response = route.fetch()
    route.fulfill(response=response, json=response.json()[::-1])
