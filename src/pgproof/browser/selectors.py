"""Whether a browser understands the selectors of a description."""

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
    """Raises UsageError, which names every selector that is no CSS."""
    with browser.new_page() as page:
        wrong = page.evaluate(_WRONG, list(frontend.all_selectors()))
    if wrong:
        named = "; ".join(f"{key}: '{selector}' is no CSS selector" for key, selector in wrong)
        raise UsageError(f"the description of {frontend.name}: {named}")
