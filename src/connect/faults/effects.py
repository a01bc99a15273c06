"""What a fault changes between the server and a page, and what came of it while a test ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


class Effects:
    """What came of a fault while a test ran. times: how often it changed something. misses: why it could not."""

    def __init__(self) -> None:
        self.times = 0
        self.misses: list[str] = []

    def changed(self) -> None:
        """Count one more change."""
        self.times += 1

    def missed(self, why: str) -> None:
        """Record that the fault could not be made, and why."""
        self.misses.append(why)


class Change(Protocol):
    """Something between the server and one browser context that makes the page wrong."""

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """Make the change from now on, in every tab of the context, and tell its effects."""
