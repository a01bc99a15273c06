"""The mailbox as a page for people, /inbox, and as JSON for tests, /inbox.json."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, select_autoescape
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from stack.auth.mailbox import Mailbox

_TEMPLATE = Path(__file__).with_name("inbox.html")


class Inbox:
    """GET /inbox and /inbox.json, both with ?to=ADDRESS; DELETE /inbox.json."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.routes = [
            Route("/inbox", self._page, methods=["GET"]),
            Route("/inbox.json", self._json, methods=["GET"]),
            Route("/inbox.json", self._clear, methods=["DELETE"]),
        ]

    async def _page(self, request: Request) -> Response:
        to = request.query_params.get("to", "")
        template = Environment(autoescape=select_autoescape(default=True)).from_string(
            _TEMPLATE.read_text(encoding="utf-8")
        )
        return HTMLResponse(
            template.render(mails=self._mailbox.read(to), to=to),
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"},
        )

    async def _json(self, request: Request) -> Response:
        mails = self._mailbox.read(request.query_params.get("to", ""))
        return JSONResponse([mail.as_json() for mail in mails])

    async def _clear(self, _: Request) -> Response:
        self._mailbox.clear()
        return Response(status_code=204)
