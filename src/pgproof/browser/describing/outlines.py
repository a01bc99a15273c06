"""A picture of a page on which what each selector matched is outlined and labelled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Of a colour-blind-safe set, readable on white.
_COLOURS = ("#0072b2", "#b34700", "#007a5a", "#a0307a", "#5b4bb7", "#7a5c00", "#b00020", "#00687a")
# What is scrolled out of sight is not outlined; null stands for it, so that it is counted.
_SEEN = """(elements) => elements.map((element) => {
  let { left, top, right, bottom } = element.getBoundingClientRect()
  const cut = (box) => {
    left = Math.max(left, box.left); top = Math.max(top, box.top)
    right = Math.min(right, box.right); bottom = Math.min(bottom, box.bottom)
  }
  for (let each = element.parentElement; each; each = each.parentElement)
    if (getComputedStyle(each).overflow !== 'visible') cut(each.getBoundingClientRect())
  cut({ left: 0, top: 0, right: innerWidth, bottom: innerHeight })
  return right - left > 2 && bottom - top > 2 ? { x: left, y: top, width: right - left, height: bottom - top } : null
})"""
_REMOVE = "() => document.getElementById('pgproof-outlines')?.remove()"
_INNER = ("conversation_name", "last_message", "badge", "message_text", "own", "quote", "reply")
_OUTER = {**dict.fromkeys(_INNER[:3], "conversation"), **dict.fromkeys(_INNER[3:], "message")}


def drawn(page: Page, selectors: dict[str, str]) -> tuple[bytes, dict[str, int]]:
    """Return a picture, as PNG, and how many visible elements each selector matches. selectors: by their keys."""
    found: list[dict[str, Any]] = []
    counts = {}
    for number, (key, selector) in enumerate(selectors.items()):
        boxes = _boxes(page, key, selector, selectors)
        counts[key] = len(boxes)
        seen = [box for box in boxes if box is not None]
        inset = 0 if key in _OUTER else 2 if key in ("conversation", "message") else 0
        colour = _COLOURS[number % len(_COLOURS)]
        found.append({"key": key, "colour": colour, "count": len(boxes), "boxes": seen, "inset": -inset})
    page.evaluate(Path(__file__).with_name("outlines.js").read_text(encoding="utf-8"), found)
    try:
        return page.screenshot(animations="disabled"), counts
    finally:
        page.evaluate(_REMOVE)


def _boxes(page: Page, key: str, selector: str, selectors: dict[str, str]) -> list[Any]:
    """Return the boxes of the visible elements; those of a part inside what it is a part of, or that itself."""
    visible = page.locator(selector).filter(visible=True)
    outer = selectors.get(_OUTER.get(key, ""))
    if outer is None:
        found = [visible]
    else:
        inside = page.locator(outer).filter(visible=True)
        found = [inside.locator(selector).filter(visible=True), inside.and_(page.locator(selector))]
    return [box for each in found for box in each.evaluate_all(_SEEN)]
