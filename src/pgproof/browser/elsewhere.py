"""A browser on another machine: CONNECT_BROWSER_SERVER names a Playwright server, such as ws://10.0.0.7:3000/.

There, `python -m playwright run-server --host 0.0.0.0 --port 3000 --unsafe` starts one for whoever connects; --unsafe
lets the client choose the browser's flags. What listens on this machine, such as the stack, is reached through the
connection. The address may say more of how the browser is started, as Playwright takes it: ?launch-options={…}.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from pgproof.errors import UsageError
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Playwright

VARIABLE = "CONNECT_BROWSER_SERVER"
_OPTIONS = "launch-options"
_SECONDS = 30
_HERE = ("127.0.0.1", "::1", "localhost")


def server() -> str | None:
    """Return the address of the Playwright server, None if the browser runs here. Raises UsageError if it is none."""
    given = os.environ.get(VARIABLE) or None
    if given is not None and not _is_address(given):
        raise UsageError(f"{VARIABLE} is no address of a Playwright server; expected ws://HOST:PORT/")
    return given


def address(flags: Sequence[str]) -> str | None:
    """Return what to connect to for a browser with these flags, None if it runs here. Raises UsageError."""
    given = server()
    if given is None:
        return None
    parts = urlsplit(given)
    query = parse_qs(parts.query, keep_blank_values=True)
    try:
        options = json.loads(query.pop(_OPTIONS, ["{}"])[-1])
        options = {"headless": True, **options, "args": [*options.get("args", ()), *flags]}
    except (ValueError, TypeError, AttributeError):
        raise UsageError(f"{VARIABLE}: {_OPTIONS} of {_place(given)} is no JSON object") from None
    query.setdefault("browser", ["chromium"])
    asked = urlencode({**query, _OPTIONS: [json.dumps(options)]}, doseq=True)
    return parts._replace(path=parts.path or "/", query=asked).geturl()


def check_guarded() -> None:
    """Raise UsageError if the browser is on another machine, where it could not reach a proxy on this one."""
    given = server()
    if given is not None and urlsplit(given).hostname not in _HERE:
        raise UsageError(
            f"what the page would write is held back on this machine, and the browser at {_place(given)} would go"
            f" around that; unset {VARIABLE}, or judge a page whose database may be written"
        )


def connect(playwright: Playwright, asked: str) -> Browser:
    """Return a browser of the server at this address, as address() returns it. Raises UsageError."""
    from playwright.sync_api import Error

    try:
        return playwright.chromium.connect(asked, expose_network="<loopback>", timeout=_SECONDS * 1000 * unit())
    except Error as error:
        # Its words hold the address, which may hold a token.
        raise UsageError(f"{VARIABLE}: no browser from {_place(asked)}: {_why(error.message)}") from None


def _is_address(given: str) -> bool:
    try:
        parts = urlsplit(given)
        return parts.scheme in ("ws", "wss") and bool(parts.hostname) and parts.port != 0
    # A port that is no number.
    except ValueError:
        return False


def _place(given: str) -> str:
    parts = urlsplit(given)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _why(said: str) -> str:
    known = {
        "ECONNREFUSED": "nothing listens there",
        "428 Precondition": "its Playwright is of another version; install the same one on both machines",
        "Timeout": f"no answer within {_SECONDS * unit():g} s; is the address right, and may this machine reach it?",
        "ENOTFOUND": "the host name does not resolve",
        "Executable doesn't exist": "it has no Chromium; run there: python -m playwright install chromium",
    }
    return next((meaning for words, meaning in known.items() if words in said), "its server refused")
