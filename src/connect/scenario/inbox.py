"""The codes that a stack sends by mail, read from its inbox."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 5


def codes_of(api_url: str, email: str) -> Callable[[], str]:
    """Return what waits for the next mail to an address and returns its code. Raises AssertionError if none comes.

    Mails that are there by now do not count.
    """
    before = len(_mails(api_url, email))

    def code() -> str:
        if not eventually(lambda: len(_mails(api_url, email)) > before, _SECONDS):
            raise AssertionError(f"no mail with a code came to {email} within {_SECONDS * unit():g} s")
        return str(_mails(api_url, email)[0]["code"])

    return code


def _mails(api_url: str, email: str) -> list[dict[str, Any]]:
    connection = http.client.HTTPConnection(urlsplit(api_url).netloc, timeout=_SECONDS * unit())
    try:
        connection.request("GET", f"/inbox.json?{urlencode({'to': email})}")
        found: list[dict[str, Any]] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return found
