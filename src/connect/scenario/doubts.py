"""Why a failure may not be the page's fault: what the run itself kept from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.browser import Tab


def of(tabs: Sequence[Tab]) -> str | None:
    """Return a sentence on a page that was not let to read its list, as far as anybody can tell; None if none was.

    Only a list that never came can be explained so: what a page reads by POST may as well be a write.
    """
    for tab in tabs:
        held = tab.log.withheld.posts
        if held and not any(state.conversations for state in tab.history):
            return (
                f"inconclusive: no conversation came to {tab.name}, which may read them by what this run held back,"
                f" {', '.join(held)}; a function that only reads is let through once it is STABLE; what the page's own"
                " server answers can be judged on a stack or on a project for trying things out"
            )
    return None
