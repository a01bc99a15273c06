"""Lets pages send only into the chats of a scenario: on a live project every other chat is somebody's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connect.vocabulary import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from playwright.sync_api import BrowserContext, Request, Route

    from pgproof.browser.frontend import Frontend

# By PostgREST, into the table or by a function of the page's own.
_SENDING = re.compile(rf"/rest/v1/(?:{VOCABULARY.messages}\b|rpc/(?!{VOCABULARY.marks}|get_))")
_NAMES_A_CHAT = re.compile(r"(?:^|_)(?:chat|conversation|room|thread)_?(?:id)?$", re.IGNORECASE)
_CHAT = re.compile(r"^chat_id$")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class OwnChats:
    """Refuses what the pages of some devices send into other chats. known: the ids of the scenario's; it may grow.

    mark: what is in each text that the scenario sends; of calls, which may be for anything, only one with it counts.
    refused: each such request as "METHOD /path for the chat ID".
    """

    def __init__(self, known: Collection[str], mark: str) -> None:
        self.refused: list[str] = []
        self._known, self._mark = known, mark

    def watch(self, context: BrowserContext) -> None:
        """Judge what the pages of a device send, from now on."""
        context.route(_SENDING, self._consider)

    def foreign(self, request: Request) -> str | None:
        """Return the chat, not of the scenario, that a request would send into; None if there is none."""
        if request.method != "POST" or not _SENDING.search(request.url):
            return None
        body = (request.post_data_buffer or b"").decode(errors="replace")
        if "/rest/v1/rpc/" not in request.url:
            # A row may have further ids, such as a thread's in its chat.
            return next((chat for chat in chats(body, _CHAT) if chat not in self._known), None)
        named = [*chats(body)] if self._mark in body else []
        return None if any(chat in self._known for chat in named) else next(iter(named), None)

    def doubt(self, frontend: Frontend) -> tuple[str, bool] | None:
        """Return a sentence on what was refused, and whether it is the page's fault; None if nothing was."""
        if not self.refused:
            return None
        said = f"the page sent into a chat that is not the test's, which was refused: {self.refused[0]}"
        if frontend.selectors.open_conversation_name is not None:
            return f"{said}; beside the composer stood the name of the test's chat", True
        return (
            f"inconclusive: {said}; it opens a chat by itself, or shows the last one for a while after a click: say in"
            " selectors.open_conversation_name where the open chat's name stands, which is then waited for",
            False,
        )

    def _consider(self, route: Route) -> None:
        chat = self.foreign(route.request)
        if chat is None:
            route.fallback()
            return
        self.refused.append(f"{route.request.method} {urlsplit(route.request.url).path} for the chat {chat}")
        route.abort("blockedbyclient")


def chats(body: str, called: re.Pattern[str] = _NAMES_A_CHAT) -> Iterator[str]:
    """Yield the ids of the chats that the body of a request to PostgREST names; none if it is not JSON.

    called: what the name of such an id matches.
    """
    try:
        found: Any = json.loads(body)
    except ValueError:
        return
    for row in found if isinstance(found, list) else [found]:
        for name, value in row.items() if isinstance(row, dict) else ():
            if called.search(_snake(name)) and isinstance(value, str) and _ID.fullmatch(value):
                yield value.lower()


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
