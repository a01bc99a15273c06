"""Puts a session where the page keeps it, as its description says: into its storage or its cookies."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from connect.scenario.people import Person
    from connect.scenario.target import Target
    from pgproof.browser.frontend import Frontend

# Stores each entry once per device, since the page may change it later.
_PUT = """({ origin, entries }) => {
  if (location.origin !== origin) return
  for (const { area, key, value } of entries) {
    const storage = area === 'local' ? localStorage : sessionStorage
    const mark = `verification put ${key}`
    if (storage.getItem(mark)) continue
    storage.setItem(mark, 'once')
    storage.setItem(key, value)
  }
}"""
# What encodeURIComponent leaves as it is, besides letters and digits.
_PLAIN = "-_.!~*'()"
# @supabase/ssr divides a longer value, since a browser takes no cookie of more than 4,096 bytes.
_LONGEST = 3180


class _Entry(NamedTuple):
    area: str
    key: str
    value: str


def storage_script(frontend: Frontend, target: Target, person: Person, session: dict[str, Any]) -> str:
    """Return JavaScript that stores a session where the page keeps it, to run before the page's own scripts."""
    found = _entries(frontend, target, person, session)
    entries = [each._asdict() for each in found if each.area != "cookie"]
    return f"({_PUT})({json.dumps({'origin': _origin(target), 'entries': entries})})"


def cookies(frontend: Frontend, target: Target, person: Person, session: dict[str, Any]) -> list[Any]:
    """Return the cookies in which the page keeps a session, as Playwright's contexts take them.

    A long value is in several, named and divided as @supabase/ssr does.
    """
    found = []
    for area, key, value in _entries(frontend, target, person, session):
        pieces = _pieces(value) if area == "cookie" else []
        names = [key] if len(pieces) == 1 else [f"{key}.{number}" for number in range(len(pieces))]
        for name, piece in zip(names, pieces, strict=True):
            found.append({"name": name, "value": piece, "url": f"{_origin(target)}/", "sameSite": "Lax"})
    return found


def _entries(frontend: Frontend, target: Target, person: Person, session: dict[str, Any]) -> list[_Entry]:
    known = {"email": person.account.email, "user_id": person.id, "project": target.project}
    told = json.dumps(session)
    encoded = base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")
    return [
        _Entry(
            each.area,
            each.key.format(**known),
            each.value.format(**known, session=told, session_base64url=encoded),
        )
        for each in frontend.sign_in.storage
    ]


def _origin(target: Target) -> str:
    parts = urlsplit(target.page_url)
    return f"{parts.scheme}://{parts.netloc}"


def _pieces(value: str) -> list[str]:
    """Return a value as cookies hold it, in pieces that are not too long; no character is divided."""
    pieces = [""]
    for character in value:
        encoded = quote(character, safe=_PLAIN)
        if len(pieces[-1]) + len(encoded) > _LONGEST:
            pieces.append("")
        pieces[-1] += encoded
    return pieces
