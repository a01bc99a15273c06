"""Changes of the frames between the page and the realtime service, which are those of Phoenix channels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.browser.wire import SOCKET, push

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, WebSocketRoute

    from connect.faults.effects import Effects

    # Returns the frames that are passed on instead of a frame.
    Pass = Callable[[str], list[str]]


def as_they_are(frame: str) -> list[str]:
    """Pass a frame on without a change."""
    return [frame]


@dataclass(frozen=True)
class Frames:
    """A change of the frames of every socket. to_page, to_server: return what a new socket's frames go through."""

    to_page: Callable[[], Pass] = lambda: as_they_are
    to_server: Callable[[], Pass] = lambda: as_they_are

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """Change the frames; see connect.faults.effects.Change."""

        def connect(page: WebSocketRoute) -> None:
            server = page.connect_to_server()
            server.on_message(_through(self.to_page(), page, effects))
            page.on_message(_through(self.to_server(), server, effects))

        context.route_web_socket(SOCKET, connect)


def _through(passing: Pass, receiver: WebSocketRoute, effects: Effects) -> Callable[[str | bytes], None]:
    def receive(frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            receiver.send(frame)
            return
        going_on = passing(frame)
        if going_on != [frame]:
            effects.changed()
        for each in going_on:
            receiver.send(each)

    return receive


def change_of(frame: str) -> str | None:
    """Return INSERT, UPDATE or DELETE for a change of the database, None for any other frame."""
    found = push(frame)
    if found is None or found.event != "postgres_changes":
        return None
    return str(found.payload["data"]["type"])


def without(*kinds: str) -> Callable[[], Pass]:
    """Drop every change of these kinds: INSERT, UPDATE or DELETE."""
    return lambda: lambda frame: [] if change_of(frame) in kinds else [frame]


def twice() -> Pass:
    """Deliver every change two times."""
    return lambda frame: [frame, frame] if change_of(frame) else [frame]


def crosswise() -> Pass:
    """Swap the INSERTs of a topic in pairs: the second arrives before the first, the fourth before the third."""
    kept: dict[str, str] = {}

    def passing(frame: str) -> list[str]:
        found = push(frame)
        if found is None or change_of(frame) != "INSERT":
            return [frame]
        if found.topic in kept:
            return [frame, kept.pop(found.topic)]
        kept[found.topic] = frame
        return []

    return passing


def without_token() -> Pass:
    """Remove the token from each join, and every later token: the page joins as role anon."""

    def passing(frame: str) -> list[str]:
        found = push(frame)
        if found is None:
            return [frame]
        if found.event == "access_token":
            return []
        if found.event != "phx_join" or "access_token" not in found.payload:
            return [frame]
        *head, payload = json.loads(frame)
        del payload["access_token"]
        return [json.dumps([*head, payload])]

    return passing
