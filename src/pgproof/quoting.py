"""Quotes what people wrote: a failure has to be read, also where a message is a hundred thousand characters long."""

from __future__ import annotations

LONGEST = 120
# Of a longer text, so many characters from its beginning and from its end.
_BEGINNING, _END = 80, 30


def short(text: str) -> str:
    """Return a text as it is quoted; of one longer than LONGEST its beginning, its end and its length."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:_BEGINNING].rstrip()} … {text[-_END:].lstrip()} ({len(text):,} characters)"
