"""Keeps a page away from every Supabase project but the one that a run is about, and knows which it asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from playwright.sync_api import BrowserContext, Page, Route, WebSocket

# What is stored for everybody, or was signed, may be shown by an address of any project: rows keep such addresses.
_SERVICES = (
    r"(?:(?:auth|rest|realtime|functions|graphql)/v1(?:[/?#]|$)"
    r"|storage/v1/(?!(?:object|render/image)/(?:public|sign|authenticated)/))"
)
_HERE = ("127.0.0.1", "localhost", "::1")
# A hosted project has further names for some services, such as ref.storage.supabase.co.
_HOSTED = re.compile(r"([\w-]+)(\.supabase\.(?:co|in|red))")
_ON_PLATFORM = re.compile(r"\.supabase\.(?:co|in|red)$")
_KEY = "apikey"
# In which Supabase's client keeps a session for the page's own server; the name holds the project's, of 20 letters.
_SESSION = re.compile(r"sb-([a-z]{20})-auth-token(?:\.\d+)?")


class OtherProjects:
    """The projects that the pages of some devices asked although they are not the run's own.

    api_url: of the run's project. page_url: of the page, whose own server may pass requests on. key: the project's, by
    which it is known under its other names, such as a domain of its own; None if it has to be at its address.

    asked: their addresses, without a path. reached: those of them that were not only refused. A request to one is
    refused. A websocket is only noted, and so is what the page's own server asks, if its session shows that; what
    shared and service workers ask by themselves is not known.
    """

    def __init__(self, api_url: str, page_url: str, key: str | None) -> None:
        self.asked: set[str] = set()
        self.reached: set[str] = set()
        self._api_url, self._page_url, self._key = api_url, page_url, key
        self._addresses = pattern(api_url, page_url)

    def watch(self, context: BrowserContext) -> None:
        """Refuse what the pages of a device ask of other projects, from now on."""
        context.route(self._addresses, self._refuse)
        context.on("page", self._opened)

    def look(self, context: BrowserContext) -> bool:
        """Return whether a device has a session of another hosted project, by a cookie of the page's."""
        mine = _HOSTED.fullmatch(urlsplit(self._api_url).hostname or "")
        if mine is None:
            # Under a domain of its own, nothing says which of them it is.
            return False
        names = (_SESSION.fullmatch(str(cookie.get("name"))) for cookie in context.cookies(self._page_url))
        others = {f"https://{name[1]}.supabase.co" for name in names if name is not None and name[1] != mine[1]}
        self.asked |= others
        self.reached |= others
        return bool(others)

    def _refuse(self, route: Route) -> None:
        request = route.request
        if self._key in keys(request.url, request.headers) or not is_supabase(request.url, request.headers.keys()):
            route.fallback()
            return
        self.asked.add(_place(request.url))
        route.abort("blockedbyclient")

    def _opened(self, page: Page) -> None:
        page.on("websocket", self._connected)

    def _connected(self, socket: WebSocket) -> None:
        own = self._key in keys(socket.url, {})
        if not own and self._addresses.search(socket.url) and is_supabase(socket.url, ()):
            self.asked.add(_place(socket.url))
            self.reached.add(_place(socket.url))


def pattern(api_url: str, page_url: str) -> re.Pattern[str]:
    """Return a regular expression, for a browser too, of the addresses of a Supabase service that is not this API's."""
    page = urlsplit(page_url)._replace(path="")
    mine = "|".join(_below(each) for each in (urlsplit(api_url), page))
    return re.compile(rf"^(?!(?:{mine}))(?:http|ws)s?://[^?#]*/{_SERVICES}")


def is_supabase(url: str, headers: Collection[str]) -> bool:
    """Return whether a request of such an address is one to Supabase: other APIs have paths like these, and no key.

    headers: the names of the request's, in lower case.
    """
    parts = urlsplit(url)
    return _ON_PLATFORM.search(parts.hostname or "") is not None or _KEY in parse_qs(parts.query) or _KEY in headers


def keys(url: str, headers: Mapping[str, str]) -> list[str]:
    """Return the API keys that a request brings, in its address and in its headers."""
    return [*parse_qs(urlsplit(url).query).get(_KEY, ()), *([headers[_KEY]] if _KEY in headers else ())]


def _below(address: SplitResult) -> str:
    """Return a regular expression of all addresses below one, whatever else its host is called."""
    host = address.hostname or ""
    hosted = _HOSTED.fullmatch(host)
    if host in _HERE:
        hosts = r"(?:127\.0\.0\.1|localhost|\[::1\])"
    elif hosted is not None:
        project, platform = map(re.escape, hosted.groups())
        hosts = rf"{project}(?:\.[\w-]+)?{platform}"
    else:
        hosts = re.escape(f"[{host}]" if ":" in host else host)
    standard = {"http": 80, "https": 443}.get(address.scheme)
    port = "" if address.port in (None, standard) else f":{address.port}"
    return rf"(?:http|ws)s?://{hosts}{port}{re.escape(address.path.rstrip('/'))}/"


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.replace('ws', 'http')}://{parts.netloc}"
