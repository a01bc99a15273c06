"""Removes tokens, keys and passwords from what is kept: texts, and the trace that Playwright recorded."""

from __future__ import annotations

import html
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STARS = b"***"
# These also match with the backslashes of JSON inside JSON.
_PATTERNS = (
    # A signed token.
    (re.compile(rb"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]{5,}"), _STARS),
    # Supabase's newer API keys.
    (re.compile(rb"\bsb_(?:secret|publishable)_[\w-]+"), _STARS),
    # A session in a cookie.
    (re.compile(rb"\bbase64-[\w+/=-]{20,}"), _STARS),
    (
        re.compile(rb'(\\*"(?:access_token|refresh_token|token|password|apikey)\\*"\s*:\s*\\*")[^"\\]+'),
        rb"\g<1>" + _STARS,
    ),
    (re.compile(rb"\b((?:apikey|access_token|refresh_token|password)=)[^&\s\"'<>\\]+"), rb"\g<1>" + _STARS),
    # Playwright's message on a field that it could not fill; quotes in the value are not escaped there.
    (re.compile(rb'(\bfill\((\\*")).*?(?=\2\))'), rb"\g<1>" + _STARS),
    (re.compile(rb"(\w+://[^\s:/@\"']+:)[^\s@\"']+(?=@)"), rb"\g<1>" + _STARS),
)
_PICTURES = (".jpeg", ".jpg", ".png", ".webp", ".woff2")


class Scrubber:
    """Replaces secrets by three stars: those that match a known pattern, and those that it was told."""

    def __init__(self) -> None:
        self._secrets: list[bytes] = []

    def learn(self, *secrets: str | None) -> None:
        """Add secrets, which are then removed wherever they stand and however they are escaped. None is ignored."""
        told = {form.encode() for secret in secrets if secret for form in _forms(secret)}
        # The longest first: a secret may be a part of another one.
        self._secrets = sorted(told.union(self._secrets), key=len, reverse=True)

    def text(self, text: str) -> str:
        """Return the text with three stars for each secret."""
        return self._bytes(text.encode()).decode()

    def value(self, value: Any) -> Any:
        """Return a value of JSON's types with three stars for each secret in its texts, names of keys excepted."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.value(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return value

    def trace(self, path: Path) -> None:
        """Rewrite a Playwright trace, a zip file, in place; pictures in it stay as they are."""
        clean = path.with_suffix(".clean")
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                new.writestr(entry.filename, content if entry.filename.endswith(_PICTURES) else self._bytes(content))
        clean.replace(path)

    def _bytes(self, content: bytes) -> bytes:
        for secret in self._secrets:
            content = content.replace(secret, _STARS)
        for pattern, stars in _PATTERNS:
            content = pattern.sub(stars, content)
        return content


def _forms(secret: str) -> Iterator[str]:
    once = set(_in_json(secret))
    for form in {secret, repr(secret)[1:-1], *once, *(twice for each in once for twice in _in_json(each))}:
        yield form
        yield (plain := html.escape(form, quote=False))
        # As an attribute of XML is written.
        yield plain.replace('"', "&quot;")
        yield (quoted := html.escape(form))
        # As Jinja writes quotes.
        yield quoted.replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    yield quote(secret)
    # As JavaScript's encodeURIComponent and its forms do.
    yield quote(secret, safe="!'()*")
    yield quote_plus(secret, safe="*").replace("~", "%7E")
    yield quote(secret, safe="")
    yield quote_plus(secret, safe="*")


def _in_json(text: str) -> Iterator[str]:
    for only_ascii in (True, False):
        yield json.dumps(text, ensure_ascii=only_ascii)[1:-1]
