"""What a run that only reads held back of one page's requests, and which of its problems may come of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pgproof.browser import guard

if TYPE_CHECKING:
    from collections.abc import Mapping

_CALL = "/rest/v1/rpc/"


class Withheld:
    """What was held back so far.

    posts: refused requests that may have been for reading, each as "POST /path". unsent: requests to other hosts, each
    as a method and an address. Both in order, without repetition.
    """

    def __init__(self) -> None:
        self.posts: list[str] = []
        self.unsent: list[str] = []
        self._refused: set[str] = set()

    def take(self, method: str, url: str, status: int, headers: Mapping[str, str]) -> str | None:
        """Take in an answer, and return the sentence on a request that was refused, None for another answer.

        headers: of the answer, their names in lower case.
        """
        sentence = guard.held_back(method, url, status, headers)
        if sentence is not None:
            self._refused.add(url)
            if method == "POST":
                _add(self.posts, f"POST {urlsplit(url).path}")
            if _CALL in url:
                sentence = f"{sentence}; a function that only reads is let through once it is STABLE"
        elif (other := guard.unsent(method, url, status, headers)) is not None:
            _add(self.unsent, other)
        return sentence

    def explains(self, text: str, failed: str | None) -> bool:
        """Return whether a line of the console may be there only because something was held back.

        failed: the address of what could not be loaded, if the browser itself says so.
        """
        return guard.SAID in text or failed in self._refused


def _add(known: list[str], one: str) -> None:
    if one not in known:
        known.append(one)
