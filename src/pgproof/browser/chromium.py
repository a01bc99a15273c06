"""Finds a Chromium and starts it: the machine's own, else the one that Playwright installed.

Or another machine starts it: see pgproof.browser.elsewhere.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pgproof.browser import certificate, elsewhere
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# The same engine without support for windows: a tab takes half the resources that it takes in the whole browser.
_WITHOUT_WINDOW = "chromium-headless-shell"
# Nothing goes over the network unasked, and nothing needs a graphics card, which may be missing.
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find(headed: bool = False) -> str | None:
    """Return the path of the machine's own browser, None if it has none. headed: one that can show windows."""
    names = _NAMES if headed else (_WITHOUT_WINDOW, *_NAMES)
    return next(filter(None, map(shutil.which, names)), None)


def check_display(headed: bool) -> None:
    """Raise UsageError if a window is wanted and cannot be shown."""
    if headed and elsewhere.server() is not None:
        raise UsageError(f"--headed shows a window of this machine; unset {elsewhere.VARIABLE} with it")
    if headed and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UsageError("--headed needs a display and there is none; put xvfb-run before the command")


@contextmanager
def running(headed: bool = False) -> Iterator[Browser]:
    """Yield a browser, which ends with the block. Raises UsageError if there is none, or if it does not start."""
    from playwright.sync_api import Error, sync_playwright

    check_display(headed)
    # For the contexts behind pgproof.browser.guarding_proxy.
    trusted = f"--ignore-certificate-errors-spki-list={certificate.fingerprint()}"
    flags = [*_FLAGS, trusted]
    asked = elsewhere.address(flags)
    # Playwright leaves a folder of each context's trace behind, unless it is given one.
    with TemporaryDirectory(prefix="connect-traces-") as traces, sync_playwright() as playwright:
        try:
            browser = (
                playwright.chromium.launch(
                    executable_path=find(headed), headless=not headed, args=flags, traces_dir=traces
                )
                if asked is None
                else elsewhere.connect(playwright, asked)
            )
        except Error as error:
            if "Executable doesn't exist" in error.message:
                raise UsageError(
                    "there is no Chromium; install your system's package chromium, or run: playwright install chromium"
                ) from None
            raise UsageError(f"Chromium did not start: {error.message.splitlines()[0]}") from None
        with browser:
            yield browser
