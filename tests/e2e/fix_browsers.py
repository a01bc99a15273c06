"""The browser of a worker, and the description of the page under test. Playwright is loaded when a test wants it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connect import paths
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from pgproof.browser.frontend import Frontend

ASKED_WRONGLY = 4


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """One Chromium for all tests of this worker. Make contexts, which share nothing, and close them."""
    from pgproof.browser import chromium

    try:
        with chromium.running(pytestconfig.option.headed) as started:
            yield started
    except UsageError as error:
        pytest.exit(str(error), ASKED_WRONGLY)


def check(config: pytest.Config, frontend: Frontend) -> None:
    """What can be known of the browser before a run begins. Raises UsageError."""
    from pgproof.browser import chromium

    headed = config.option.headed
    chromium.check_display(headed)
    # Alone, the fixtures end the run if need be, once a test wants a browser. A worker that ends itself ends in a
    # traceback; so before workers start, what may be wrong is tried.
    if config.getoption("dist", "no") == "no":
        return
    from pgproof.browser import selectors

    if config.option.frontend is not None or chromium.find(headed) is None:
        with chromium.running(headed) as started:
            selectors.check(started, frontend)


def described(config: pytest.Config) -> Frontend:
    """The page under test. Raises UsageError."""
    from pgproof.browser import frontend

    named = config.option.frontend
    return frontend.read(paths.ROOT / "frontend.toml" if named is None else Path(config.invocation_params.dir, named))
