"""Keeps a page from writing where a run may only read: what would change something never leaves the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

_READING = frozenset(("GET", "HEAD", "OPTIONS"))
# To sign in is to read with a name; a function that gets something is asked by POST as well.
_ALLOWED = re.compile(r"/auth/v1/|/rest/v1/rpc/get_")
_MARKS = re.compile(r"/rest/v1/rpc/mark_messages_as_")
_OPEN = {"Access-Control-Allow-Origin": "*"}


def install(context: BrowserContext, api_url: str) -> None:
    """From now on, in every tab of the context, of all requests to this API.

    Marking messages is answered as if there were none to mark, since every chat page does it by itself; any other
    write is refused with 403, which a test sees as a problem of the page.
    """

    def consider(route: Route) -> None:
        request = route.request
        if request.method in _READING or _ALLOWED.search(request.url):
            route.fallback()
        elif _MARKS.search(request.url):
            route.fulfill(json=[{"updated_count": 0}], headers=_OPEN)
        else:
            route.fulfill(status=403, json={"message": "this run only reads"}, headers=_OPEN)

    context.route(re.compile(re.escape(api_url.rstrip("/")) + "/"), consider)
