"""Why a failure may not be the page's fault: what the run itself kept from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.browser import Tab


_ANSWERED = re.compile(r"20\d to \w+ \S*/rest/v1/")


def of(tabs: Sequence[Tab]) -> str | None:
    """Return a sentence on a page that was not let to read its list, as far as anybody can tell; None if none was.

    Only a list that never came can be explained so: what a page reads by POST may as well be a write. What other hosts
    were not sent, which may only be counts, explains it if the page got nothing out of the API's tables either. Where
    something else went plainly wrong, that is told.
    """
    if any(tab.log.is_plainly_wrong for tab in tabs):
        return None
    for tab in tabs:
        if any(state.conversations for state in tab.history):
            continue
        held = [*tab.log.withheld.posts]
        if not any(event.kind == "answer" and _ANSWERED.match(event.text) for event in tab.log.events):
            held += tab.log.withheld.unsent
        if held:
            return (
                f"inconclusive: no conversation came to {tab.name}, which may need for them what this run held back,"
                f" {', '.join(held)}; a function that only reads is let through once it is STABLE; a page that asks its"
                " own server or another host can be judged on a stack or on a project for trying things out"
            )
    return None
