"""What the API answered to a page: it tells what is data on the page, and which of it is whose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Response

_SENDER = re.compile(r"sender|author|from|user|owner|created_by", re.IGNORECASE)
_TEXT = re.compile(r"text|content|body|message", re.IGNORECASE)


class Answers:
    """The answers to a page, from now on. known: each text with the columns in which it came."""

    def __init__(self, page: Page) -> None:
        self.known: dict[str, list[str]] = {}
        self._rows: list[dict[str, Any]] = []
        self._waiting: list[Response] = []
        page.on("response", self._take)

    def read(self) -> None:
        """Take in what came since the last call; a body can be read only outside the event."""
        waiting, self._waiting = self._waiting, []
        for response in waiting:
            try:
                content = response.json()
            except (Error, ValueError):
                # Not JSON, or the page was left before its body came: nothing to learn from.
                continue
            for row in _rows(content):
                self._rows.append(row)
                for column, value in row.items():
                    text = " ".join(value.split()) if isinstance(value, str) else ""
                    if text and column not in self.known.setdefault(text, []):
                        self.known[text].append(column)

    def own(self, user_id: str) -> list[str]:
        """Return the texts that this person wrote."""
        found = []
        for row in self._rows:
            if any(value == user_id and _SENDER.search(column) for column, value in row.items()):
                found += [
                    " ".join(value.split())
                    for column, value in row.items()
                    if isinstance(value, str) and _TEXT.search(column)
                ]
        return found

    def _take(self, response: Response) -> None:
        if response.ok and "json" in response.headers.get("content-type", ""):
            self._waiting.append(response)


def _rows(content: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in an answer, however deep."""
    if isinstance(content, dict):
        yield content
    for each in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _rows(each)
