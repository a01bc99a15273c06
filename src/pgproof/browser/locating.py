"""Finds an element by what it says in one of its parts, whichever order the document has it in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def saying(page: Page, outer: str, part: str, text: str) -> Locator:
    """Return the visible elements in which a part says exactly this.

    outer, part: CSS selectors, of which one element may match both. text: its white space counts as one space each.
    """
    words = r"\s+".join(re.escape(word) for word in text.split())
    said = page.locator(part).filter(visible=True, has_text=re.compile(rf"^\s*{words}\s*$"))
    found = page.locator(outer).filter(visible=True)
    return found.filter(has=said).or_(found.and_(said))
