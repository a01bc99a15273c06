"""Changes of the page's own scripts on their way to the browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

    from harness.faults import Effects


# In place of the bundle: the page loads each of its modules by itself.
_UNBUNDLED = 'import "./js/main.js";'


class NotThere(ValueError):
    """A script does not hold what was to be replaced, or holds it more than once."""


@dataclass(frozen=True)
class Script:
    """One file of js/, with every text of `replaced` in place of the one before it. Each must occur exactly once."""

    file: str
    replaced: tuple[tuple[str, str], ...]

    def changed(self, text: str) -> str:
        """The script with the change. Raises NotThere."""
        for old, new in self.replaced:
            if text.count(old) != 1:
                raise NotThere(f"{self.file} holds {text.count(old)} times {old!r}; expected it once")
            text = text.replace(old, new)
        return text

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """See harness.faults.Change."""

        def unbundled(route: Route) -> None:
            route.fulfill(body=_UNBUNDLED, content_type="text/javascript")

        def answer(route: Route) -> None:
            # Of a script that the browser has kept, the server would only say that it is still the same.
            response = route.fetch(headers={**route.request.headers, "if-none-match": ""})
            try:
                changed = self.changed(response.text())
            except NotThere as error:
                effects.missed(str(error))
                route.fulfill(response=response)
                return
            effects.changed()
            route.fulfill(response=response, body=changed)

        context.route(re.compile(r"/chat/page\.js$"), unbundled)
        context.route(re.compile(rf"/js/{re.escape(self.file)}$"), answer)


def script(file: str, *replaced: tuple[str, str]) -> Script:
    """The change of one file."""
    return Script(file, replaced)
