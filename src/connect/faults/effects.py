"""What a fault changes between the server and a page, and what came of it while a test ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


class Effects:
    """What came of a fault while a test ran. times: how often it changed something."""

    def __init__(self) -> None:
        self.times = 0
        self.misses: list[str] = []

    def changed(self) -> None:
        """Once more."""
        self.times += 1

    def missed(self, why: str) -> None:
        """It could not be made."""
        self.misses.append(why)


class Change(Protocol):
    """Something between the server and one browser context that makes the page wrong."""

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """From now on, in every tab of the context."""
