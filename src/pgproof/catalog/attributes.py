"""The attributes of one object as PostgreSQL sent them: most are compared, and few are ever looked into."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Attributes(Mapping[str, Any]):
    """A JSON object that is parsed when one of its values is first asked for.

    A comparison of two databases finds nearly all objects equal, text for text: parsing them would take more time and
    several times the memory of all else that it does.
    """

    __slots__ = ("_parsed", "_text")

    def __init__(self, text: str | bytes) -> None:
        self._text = text.encode() if isinstance(text, str) else text
        self._parsed: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    # Like a dictionary, it cannot be a key of one; the type checker takes this for a mistake.
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same values, which two equal texts show without being parsed."""
        if isinstance(other, Attributes):
            return self._text == other._text or self._all() == other._all()
        return self._all() == other

    def __repr__(self) -> str:
        return repr(self._all())

    def mentions(self, words: str) -> bool:
        """Return whether these words stand anywhere in the text; they have nothing that JSON would escape."""
        return words.encode() in self._text

    def _all(self) -> dict[str, Any]:
        if self._parsed is None:
            self._parsed = json.loads(self._text)
        return self._parsed
