"""The page without its content security policy, which stops a part of what it should not do anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from connect.faults.effects import Effects


@dataclass(frozen=True)
class WithoutPolicy:
    """The browser takes no notice of the policy that the page comes with."""

    def install(self, context: BrowserContext, effects: Effects) -> None:
        """Ignore the policy in each tab; see connect.faults.effects.Change."""

        def ignore(page: Page) -> None:
            context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
            effects.changed()

        context.on("page", ignore)
