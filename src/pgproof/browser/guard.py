"""What may leave a page where a run only reads: each request and each frame of a websocket is judged here.

Nothing here does I/O; pgproof.browser.guarding_proxy asks, since it is the only place that no request gets around: what
a page sends while it is left, and what its shared and service workers send, passes by every interception in a browser.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from pgproof.browser import wire
from pgproof.browser.vocabulary import PLAIN, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_REFUSED, _UNSENT = 403, 204
_READING = frozenset(("GET", "HEAD", "OPTIONS"))
# Where the API is not known, what tells it from a page.
_SERVICE = re.compile(r"/(?:auth|rest|realtime|storage|functions|graphql)/v1(?:/|$)")
# A session is needed to read, and changes nothing that a person sees.
_SESSION = re.compile(r"/auth/v1/token")
# A function that only gets is called by POST as well; one that "gets or creates" is not one of them.
_GETTING = re.compile(r"/rest/v1/rpc/get_(?!(.*_)?(or|and|then)_)\w+")
# PostgREST runs a function in a read-only transaction, whatever the method, unless it is VOLATILE.
_CALL = re.compile(r"/rest/v1/rpc/([^/]+)")
# What asks the storage for lists of files, and for addresses that open them, is sent by POST.
_LOOKING_UP = re.compile(r"/storage/v1/object/(?:sign|list|list-v2)/.+")
# A link out of a mail counts when it is opened, by whatever method.
_COUNTED = re.compile(r"/auth/v1/verify\b")
# What a client says to receive; anything else is for others.
_RECEIVING = frozenset(("phx_join", "phx_leave", "heartbeat", "access_token"))
SAID = "this run only reads"
_ADVICE = "judge what it writes on a stack or on a project for trying things out; --allow-writes lets it here"
# On every answer that stands for one of the server's.
MARK = "x-held-back"


@dataclass(frozen=True)
class Answer:
    """What a page gets instead of what it asked for. body: as JSON, None for no body."""

    status: int
    body: Any = None


@dataclass(frozen=True)
class Rules:
    """What a page may ask for. api_url: of the project. page_url: of the page. vocabulary: the API's names.

    reading: the names of functions no overload of which is VOLATILE, which the API runs in read-only transactions.
    api_url may be None, if nobody knows it: then every address counts as the API's that is one of Supabase's services.

    Requests that read may leave, to anywhere. Of the others, those that get a session may, functions of the API that
    are `reading` or whose name says that they only get, and what looks up files. What a page reports by itself, as
    every chat page marks what it has shown, is answered as if there were nothing to mark. Another write to the API or
    to the page's own server gets 403, which a test sees as a problem of the page; one to anybody else, as to a service
    that counts visits, an empty answer.
    """

    api_url: str | None
    page_url: str
    vocabulary: Vocabulary = field(default=PLAIN, repr=False)
    reading: Collection[str] = field(default=(), repr=False)

    def answer(self, method: str, url: str) -> Answer | None:
        """Return what the page gets instead, None if the request may leave."""
        path = self._in_api(url)
        if path is not None and _COUNTED.match(path):
            return Answer(_REFUSED, {"message": SAID})
        if method in _READING:
            return None
        if path is None:
            own = _origin(url) == _origin(self.page_url)
            return Answer(_REFUSED, {"message": SAID}) if own else Answer(_UNSENT)
        if _SESSION.fullmatch(path) or _GETTING.fullmatch(path) or (method == "POST" and self._only_asks(path)):
            return None
        if self.vocabulary.reports(path):
            return Answer(200, self.vocabulary.marked)
        return Answer(_REFUSED, {"message": SAID})

    def _only_asks(self, path: str) -> bool:
        """Return whether a POST to this path of the API cannot write."""
        called = _CALL.fullmatch(path)
        if called is not None:
            return unquote(called[1]) in self.reading
        return _LOOKING_UP.fullmatch(path) is not None

    def may_send(self, url: str, frame: str | bytes) -> bool:
        """Return whether a frame may leave through the websocket of this address: only what asks realtime to tell."""
        path = self._in_api(url)
        if path is None or not wire.SOCKET.match(path):
            return False
        said = wire.push(frame)
        return said is not None and said.event in _RECEIVING

    def _in_api(self, url: str) -> str | None:
        """Return the path of an address below the API's, None if it is elsewhere."""
        path = urlsplit(url).path
        if self.api_url is None:
            service = _SERVICE.search(path)
            return None if service is None else path[service.start() :]
        base = urlsplit(self.api_url.rstrip("/"))
        if _origin(url) != _origin(self.api_url) or not path.startswith(f"{base.path}/"):
            return None
        return path.removeprefix(base.path)


def held_back(method: str, url: str, status: int, headers: Mapping[str, str]) -> str | None:
    """Return the sentence on a request that was refused because nothing may be written, None for another answer.

    headers: of the answer, their names in lower case.
    """
    if status != _REFUSED or MARK not in headers:
        return None
    return f"the page tried to write, {method} {urlsplit(url).path}, and {SAID}; {_ADVICE}"


def unsent(method: str, url: str, status: int, headers: Mapping[str, str]) -> str | None:
    """Return what was not sent to a host that is neither the API's nor the page's own; None for another answer.

    headers: of the answer, their names in lower case.
    """
    if status != _UNSENT or MARK not in headers:
        return None
    return f"{method} {urlsplit(url)._replace(query='', fragment='').geturl()}"


def reply(frame: str | bytes) -> str | None:
    """Return the server's reply to a frame that was held back, as if it had been sent; None if it wants none."""
    found = wire.content(frame)
    done = {"status": "ok", "response": {}}
    match found:
        case [join, reference, str(topic), str(), _]:
            return json.dumps([join, reference, topic, "phx_reply", done])
        case {"topic": str(topic), "ref": reference}:
            said = {"topic": topic, "event": "phx_reply", "payload": done, "ref": reference}
            return json.dumps({**said, **({"join_ref": found["join_ref"]} if "join_ref" in found else {})})
    return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(scheme)
