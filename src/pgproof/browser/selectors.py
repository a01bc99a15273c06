"""Checks that a browser understands the selectors of a description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.errors import UsageError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from pgproof.browser.frontend import Frontend

_WRONG = """(selectors) => selectors.filter(([, selector]) => {
  try {
    document.querySelector(selector)
  } catch {
    return true
  }
})"""


def check(browser: Browser, frontend: Frontend) -> None:
    """Raise UsageError if a selector is not valid CSS; it names every one."""
    with browser.new_page() as page:
        wrong = page.evaluate(_WRONG, list(frontend.all_selectors()))
    if wrong:
        named = "; ".join(f"{key}: '{selector}' is not a valid CSS selector" for key, selector in wrong)
        raise UsageError(f"the description of {frontend.name}: {named}")
