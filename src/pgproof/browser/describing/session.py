"""Where a page keeps its session, found by looking into its storage and cookies after somebody signed in."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pgproof.browser.describing.proposal import Stored

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

# What the page asked its storage for and did not find, from before its first script.
_ASKED = """() => {
  const get = Storage.prototype.getItem
  window.pgproofAsked = []
  Storage.prototype.getItem = function (key) {
    const found = get.call(this, key)
    if (found === null) window.pgproofAsked.push([this === sessionStorage ? 'session' : 'local', String(key)])
    return found
  }
}"""
_EVERYTHING = """() => [['local', localStorage], ['session', sessionStorage]].flatMap(
  ([area, storage]) => Object.keys(storage).map((key) => [area, key, storage[key]]))"""
# How @supabase/ssr marks what it encoded, and numbers the cookies of a value that is too long for one.
_ENCODED = "base64-"
_PIECE = re.compile(r"(?P<name>.+)\.(?P<number>\d{1,2})")
_NO_SESSION = ("debug", "lock", "verifier", "theme")
_WORDS = ("auth", "session", "token", "supabase", "sb-")


def watch(context: BrowserContext) -> None:
    """Note what every page of the context asks its storage for, from now on."""
    context.add_init_script(f"({_ASKED})()")


def asked(page: Page) -> list[tuple[str, str]]:
    """Return the area and key of each thing that the page looked for and that may be a session."""
    found = [(area, key) for area, key in page.evaluate("() => window.pgproofAsked ?? []")]
    likely = [each for each in dict.fromkeys(found) if _may_be_a_session(each[1].lower())]
    # What a client stores beside the session is named after it.
    return [each for each in likely if not any(each != other and each[1].startswith(other[1]) for other in likely)]


def kept(page: Page, email: str, api_url: str) -> tuple[list[Stored], str]:
    """Return what the page stores of a session, with placeholders, and the user's id, empty if nothing is stored."""
    everything = page.evaluate(_EVERYTHING)
    stored_as = [(area, key, "{session}", value) for area, key, value in everything]
    stored_as += [("cookie", name, *_decoded(value)) for name, value in _cookies(page).items()]
    sessions = [(*each, found) for *each, value in stored_as if (found := _session(value)) is not None]
    if not sessions:
        return [], ""
    user_id = str((sessions[0][3].get("user") or {}).get("id", ""))
    stored = [Stored(area, placed(key, email, user_id, api_url), form) for area, key, form, _ in sessions]
    for area, key, value in everything:
        if value in (email, user_id) and value:
            stored.append(Stored(area, placed(key, email, user_id, api_url), placed(value, email, user_id, api_url)))
    return stored, user_id


def placed(text: str, email: str, user_id: str, api_url: str) -> str:
    """Return a key or value with placeholders for what is another for the next person or project."""
    text = text.replace("{", "{{").replace("}", "}}")
    project = (urlsplit(api_url).hostname or "").split(".")[0]
    for known, name in ((email, "{email}"), (user_id, "{user_id}"), (f"sb-{project}-", "sb-{project}-")):
        if known and (name != "sb-{project}-" or project):
            text = text.replace(known, name)
    return text


def _may_be_a_session(key: str) -> bool:
    return any(word in key for word in _WORDS) and not any(word in key for word in _NO_SESSION)


def _cookies(page: Page) -> dict[str, str]:
    """Return the values of the page's cookies by their names; one that was divided is put together."""
    whole: dict[str, str] = {}
    pieces: dict[str, dict[int, str]] = {}
    for each in page.context.cookies(page.url):
        name, value = each.get("name", ""), unquote(each.get("value", ""))
        whole[name] = value
        if piece := _PIECE.fullmatch(name):
            pieces.setdefault(piece["name"], {})[int(piece["number"])] = value
    return {name: "".join(found[number] for number in sorted(found)) for name, found in pieces.items()} | whole


def _decoded(value: str) -> tuple[str, str]:
    """Return how a cookie's value holds what it holds, with a placeholder, and that."""
    if not value.startswith(_ENCODED):
        return "{session}", value
    try:
        decoded = base64.urlsafe_b64decode(value.removeprefix(_ENCODED) + "===").decode()
    except ValueError:
        return "{session}", value
    return f"{_ENCODED}{{session_base64url}}", decoded


def _session(value: str) -> dict[str, Any] | None:
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "access_token" in found and "refresh_token" in found else None
