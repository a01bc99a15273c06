"""Removes tokens, keys and passwords from what is kept: texts, and the trace that Playwright recorded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STARS = "***"
_STARS = STARS.encode()
_KEPT = rb"\g<1>" + _STARS
# Where a word begins, in JSON also after an escaped end of a line.
_START = rb"(?:(?<!\w)|(?<=\\[nrt]))"
_CODE = rb"[\w.~+/=-]"
# Repetitions have bounds, so that a long text takes no more than its length in time.
# A value that no word and no name of ordinary text is: long, of letters and digits.
_MIXED = rb"(?=" + _CODE + rb"{0,200}?\d)(?=" + _CODE + rb"{0,200}?[A-Za-z])" + _CODE + rb"{16,}"
_NAMED = (
    rb"(?:secret|passw(?:or)?d|token|api_?key|service_key|private_key|anon_key|service_role)"
    rb"(?!\w{0,40}_id\b)[\w.\"'\\]{0,40}"
)
_TYPED = rb"(?:\s{1,9}constant)?(?:\s{1,9}(?:text|varchar|character varying))?"
_QUOTE = rb"\s{0,9}E?\\{0,9}['\"]{1,2}"
_END = rb"(?=\\*['\"])"
_FIELD = rb"(?:api[-_]?key|access_token|refresh_token|token_hash|token|password|client_secret|secret)"
# A text that is formatted has placeholders: those are none.
_WORD = rb"(?!%[sLI]|\$\d)[^&\s\"'<>\\]+"
_CONNECTION = rb"\b(?:host|hostaddr|port|dbname|user|sslmode)="
# What a secret looks like, in a log as in a statement. What is replaced leaves a statement one that can be run, so a
# name, a call and a placeholder are none. These also match with the backslashes of JSON inside JSON.
_PATTERNS = (
    # A private key, also one whose end was cut off.
    (
        re.compile(
            rb"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----).){0,200}?[A-Za-z0-9+/]{20}"
            rb"(?:(?:(?!-----).)*-----END [A-Z ]*PRIVATE KEY-----|[\w+/=\s\\]*)",
            re.DOTALL,
        ),
        _STARS,
    ),
    # A session in a cookie.
    (re.compile(_START + rb"base64-(?:eyJ|(?=[\w+/=-]{0,200}?\d)(?=[\w+/=-]{0,200}?[A-Z]))[\w+/=-]{17,}"), _STARS),
    # A signed token.
    (re.compile(_START + rb"eyJ[\w-]{5,2000}\.[\w-]{5,}\.[\w-]{5,}"), _STARS),
    # Keys of Supabase, Stripe, GitHub, Slack, Amazon, Google, SendGrid and OpenAI.
    (
        re.compile(
            _START + rb"(?:sb_secret|sb_publishable|sbp|[sr]k_live|[sr]k_test|whsec|gh[opusr]|github_pat)_"
            rb"(?=[\w-]{0,200}?[\dA-Z])[\w-]{5,}"
        ),
        _STARS,
    ),
    (re.compile(_START + rb"(?:xox[abp]-(?=[\w-]{0,200}?\d)[\w-]{10,}|A[KS]IA[0-9A-Z]{16}\b|AIza[\w-]{30,})"), _STARS),
    (
        re.compile(_START + rb"(?:SG\.[\w-]{16,}\.[\w-]{16,}|sk-(?=[\w-]{0,200}?\d)(?=[\w-]{0,200}?[A-Z])[\w-]{20,})"),
        _STARS,
    ),
    (
        re.compile(rb"(\b(?:[Bb]earer|BEARER|Basic) )(?=" + _CODE + rb"{0,200}?(?:\d|[a-z][A-Z]))" + _CODE + rb"{8,}"),
        _KEPT,
    ),
    # A header's key in a text, and what a header is compared with.
    (re.compile(rb"(\b(?:x-)?api[-_]?key: {0,3})(?=[\w.~+/=-]{0,200}?\d)[\w.~+/=-]{3,}", re.IGNORECASE), _KEPT),
    (
        re.compile(
            rb"('[\w.-]{0,40}(?:token|api[-_]?key|secret|passw(?:or)?d)'(?:::text)?[\s)]{0,3}(?:, {0,3}true[\s)]{1,3})?"
            rb"= {0,3}\(?')(?=[^'\s]{0,200}\d)[^'\s]{6,}(?=')",
            re.IGNORECASE,
        ),
        _KEPT,
    ),
    # A password that a variable is given, or that somebody wrote down in a sentence.
    (
        re.compile(
            rb"(passw(?:or)?d\w{0,20}" + _TYPED + rb"\s{0,9}:?=\s{0,9}')(?=[^'\s]{0,200}\d)[^'\s]{6,}(?=')",
            re.IGNORECASE,
        ),
        _KEPT,
    ),
    (
        re.compile(
            rb"(\b(?:passw(?:or)?d|pw|secret)(?: is|:) {1,3})(?=[\w!?#.-]{0,200}[A-Za-z])(?=[\w!?#.-]{0,200}\d)"
            rb"[\w!?#.-]{6,}",
            re.IGNORECASE,
        ),
        _KEPT,
    ),
    # An address that lets whoever knows it write.
    (re.compile(rb"(\b(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/)[\w/-]{8,}"), _KEPT),
    # A password in an address. A port is none, although an @ may stand in what follows it.
    (re.compile(rb"(://[^\s:/@\"']{0,200}:)(?!\d{1,5}/)[^\s@\"']{1,999}(?=@)"), _KEPT),
    # A field of JSON; of an address or a form; a text of its own.
    (re.compile(rb'(\\*"(?:x-[\w-]{0,40})?' + _FIELD + rb'\\*"\s*:\s*\\*")[^"\\]+', re.IGNORECASE), _KEPT),
    # The header of a request, unless it is put together.
    (
        re.compile(rb'(\\*"(?:proxy-)?authorization\\*"\s*:\s*\\*")[^"\\\'|%]{4,}(?=\\*")', re.IGNORECASE),
        _KEPT,
    ),
    (re.compile(rb"([?&#;]" + _FIELD + rb"=)" + _WORD, re.IGNORECASE), _KEPT),
    (re.compile(rb"\b(" + _FIELD + rb"=)" + rb"[^&\s\"'<>\\]{1,999}(?=&)", re.IGNORECASE), _KEPT),
    (
        re.compile(rb"((?:^|['\"]\s?)" + _FIELD + rb"=)(?!\w*\()" + _WORD, re.IGNORECASE | re.MULTILINE),
        _KEPT,
    ),
    (
        re.compile(
            rb"\b(" + _FIELD + rb"=)(?!\w*[_(]|(?:new|old)\.)(?=[^\s\d]{0,200}\d)[\w+/=.~!#-]{8,}", re.IGNORECASE
        ),
        _KEPT,
    ),
    # A connection string.
    (re.compile(rb"(" + _CONNECTION + rb"[^\s,]{1,200}\s{1,9}password=)" + _WORD, re.IGNORECASE), _KEPT),
    (
        re.compile(rb"\b(password=)(?!%[sLI]|\$\d)[^&\s\"'<>\\]{1,200}(?=\s{1,9}" + _CONNECTION + rb")", re.IGNORECASE),
        _KEPT,
    ),
    # What is assigned to such a name; in a list of texts, a name after another is none.
    (
        re.compile(
            rb"(" + _NAMED + _TYPED + rb"\s{0,9}(?::=|=>?|:|\bTO\b|\bDEFAULT\b)" + _QUOTE + rb")" + _MIXED + _END,
            re.IGNORECASE,
        ),
        _KEPT,
    ),
    (
        re.compile(
            rb"(" + _NAMED + rb"\s{0,9}," + _QUOTE + rb")(?![a-z]+\d?(?:_[a-z0-9]+)+" + _END + rb")" + _MIXED + _END,
            re.IGNORECASE,
        ),
        _KEPT,
    ),
)
# Playwright's message on a field that it could not fill; quotes in the value are not escaped there.
_FILLED = re.compile(rb'(\bfill\((\\*")).*?(?=\2\))')
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
        import zipfile

        clean = path.with_suffix(".clean")
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                new.writestr(entry.filename, content if entry.filename.endswith(_PICTURES) else self._bytes(content))
        clean.replace(path)

    def _bytes(self, content: bytes) -> bytes:
        for secret in self._secrets:
            content = content.replace(secret, _STARS)
        return _FILLED.sub(_KEPT, _recognised(content))


def recognised(text: str) -> str:
    """Return the text with three stars for each thing that looks like a secret, in a log as in a statement."""
    return _recognised(text.encode()).decode()


def _recognised(content: bytes) -> bytes:
    for pattern, stars in _PATTERNS:
        content = pattern.sub(stars, content)
    return content


def _forms(secret: str) -> Iterator[str]:
    # Only where there is a secret, since its tables are large.
    import html

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
