"""Keeps a page from writing where a run may only read: requests that would change something stay in the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.browser.vocabulary import PLAIN, Vocabulary

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

_READING = frozenset(("GET", "HEAD", "OPTIONS"))
# Signing in changes nothing; a function that only gets something is called by POST as well.
_ALLOWED = re.compile(r"/auth/v1/|/rest/v1/rpc/get_")
_OPEN = {"Access-Control-Allow-Origin": "*"}


def install(context: BrowserContext, api_url: str, vocabulary: Vocabulary = PLAIN) -> None:
    """Guard all requests to this API, from now on and in every tab of the context.

    What a page reports by itself, as every chat page marks what it has shown, is answered as if there were nothing to
    mark; any other write gets 403, which a test sees as a problem of the page.
    """

    def consider(route: Route) -> None:
        request = route.request
        if request.method in _READING or _ALLOWED.search(request.url):
            route.fallback()
        elif vocabulary.reports(request.url):
            route.fulfill(json=vocabulary.marked, headers=_OPEN)
        else:
            route.fulfill(status=403, json={"message": "this run only reads"}, headers=_OPEN)

    context.route(re.compile(re.escape(api_url.rstrip("/")) + "/"), consider)
