"""Serves the chat page: the files of static/ at /chat, bundled, its configuration, and supabase-js from npm."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from stack.web.bundling import Bundler, NotBundledError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp

STATIC = Path(__file__).parent / "static"
NODE_MODULES = Path(__file__).parents[2] / "node_modules"
_CLIENT = Path("@supabase/supabase-js/dist/umd/supabase.js")
_MISSING = "The chat page needs {}, which is not installed; run: make setup-stack\n"
# What index.html asks for, and the file of static/ that it is made of.
BUNDLES = {"page.js": "js/main.js", "page.css": "css/page.css"}


def page(config: dict[str, Any], flags: Mapping[str, bool] | None = None, modules: Path = NODE_MODULES) -> ASGIApp:
    """Return the page's web application, an ASGI application that answers at /chat.

    config: what the page reads at /chat/config.json: {"apiUrl", "anonKey", "password", "people": [{"id", "name",
    "email"}]}. flags: feature flags that differ from their defaults in static/js/featureFlags.js.
    modules: the node_modules folder that holds @supabase/supabase-js and esbuild. If one of them is missing, /chat
    answers 503 with one sentence.
    """
    return _Page(config, flags or {}, modules).application()


class _Page:
    def __init__(self, config: dict[str, Any], flags: Mapping[str, bool], modules: Path) -> None:
        self._config = {**config, "flags": dict(flags)}
        self._client = modules / _CLIENT
        self._bundler = Bundler(STATIC, modules)
        self._headers = {
            # A browser may keep a file, but asks each time whether it has changed.
            "Cache-Control": "no-cache",
            "Content-Security-Policy": _policy(config["apiUrl"]),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }

    def application(self) -> ASGIApp:
        return Starlette(
            routes=[
                Route("/", lambda _: RedirectResponse("/chat")),
                Route("/chat", self._index),
                Route("/chat/config.json", self._configuration),
                Route("/chat/vendor/supabase.js", lambda request: self._file(request, self._client)),
                *(Route(f"/chat/{name}", self._bundled) for name in BUNDLES),
                Route("/chat/{name:path}", self._static),
            ]
        )

    def _index(self, request: Request) -> Response:
        there = {"@supabase/supabase-js": self._client.is_file(), "esbuild": self._bundler.is_installed}
        missing = [name for name, is_there in there.items() if not is_there]
        if missing:
            return PlainTextResponse(_MISSING.format(" and ".join(missing)), 503, self._headers)
        return self._file(request, STATIC / "index.html")

    def _configuration(self, _: Request) -> Response:
        return JSONResponse(self._config, headers={**self._headers, "Cache-Control": "no-store"})

    def _bundled(self, request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        try:
            return self._content(request, self._bundler.bundle(BUNDLES[name]), name)
        except NotBundledError as error:
            return PlainTextResponse(f"{error}\n", 500, self._headers)

    def _static(self, request: Request) -> Response:
        path = (STATIC / request.path_params["name"]).resolve()
        if not path.is_relative_to(STATIC):
            return PlainTextResponse("not found\n", 404, self._headers)
        return self._file(request, path)

    def _file(self, request: Request, path: Path) -> Response:
        if not path.is_file():
            return PlainTextResponse("not found\n", 404, self._headers)
        return self._content(request, path.read_bytes(), path.name)

    def _content(self, request: Request, content: bytes, name: str) -> Response:
        headers = {**self._headers, "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=mimetypes.guess_type(name)[0])


def _policy(api_url: str) -> str:
    """Return the Content-Security-Policy.

    Scripts, styles and images come from the page alone; connections go to the page and the API, by HTTP and WebSocket.
    """
    socket_url = "ws" + api_url.removeprefix("http")
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' {api_url} {socket_url}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
