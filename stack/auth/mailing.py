"""Sends codes by mail: what is in each, and where its link leads."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from stack.auth.mailbox import Mail

if TYPE_CHECKING:
    from starlette.requests import Request

    from stack.auth.codes import Challenge, Code, Codes
    from stack.auth.database import Row
    from stack.auth.mailbox import Mailbox
    from stack.auth.settings import Settings

# By type of mail, which kind of code it brings, and what its link is to verify.
_KINDS = {
    "signup": ("confirmation", "signup"),
    "invite": ("confirmation", "invite"),
    "magiclink": ("recovery", "magiclink"),
    "recovery": ("recovery", "recovery"),
    "email_change_current": ("email_change_current", "email_change"),
    "email_change_new": ("email_change_new", "email_change"),
}
_NEVER = {"", "javascript", "data", "vbscript", "file"}


class Post:
    """Writes mails, and puts them into the mailbox."""

    def __init__(self, codes: Codes, mailbox: Mailbox, settings: Settings) -> None:
        self._codes, self._mailbox, self._settings = codes, mailbox, settings

    def send(
        self, kind: str, user: Row, redirect_to: str, *, to: str | None = None, pkce: Challenge | None = None
    ) -> None:
        """Send a mail with a new code. kind: its type. to: another address than the user's."""
        address = to or user["email"]
        code = self._codes.new(user["id"], _KINDS[kind][0], address, pkce)
        self._mailbox.deliver(Mail(address, kind, code.otp, self.link(kind, code, redirect_to), code.hash))

    def send_code(self, kind: str, user: Row) -> None:
        """Send a mail with digits only."""
        code = self._codes.new(user["id"], kind, user["email"])
        self._mailbox.deliver(Mail(user["email"], kind, code.otp, "", code.hash))

    def new_code(self, kind: str, user: Row, *, to: str | None = None) -> Code:
        """Return a new code, without sending it."""
        return self._codes.new(user["id"], _KINDS[kind][0], to or user["email"])

    def link(self, kind: str, code: Code, redirect_to: str) -> str:
        """Return the link of a mail, which leads to redirect_to with a session."""
        asked = {"token": code.hash, "type": _KINDS[kind][1], "redirect_to": redirect_to}
        return f"{self._settings.issuer}/verify?{urlencode(asked)}"

    def destination(self, request: Request, asked: str = "") -> str:
        """Return where a link leads to: what the request asks for if it is an address, else the page."""
        wanted = asked or request.query_params.get("redirect_to", "") or request.headers.get("redirect_to", "")
        try:
            parts = urlsplit(wanted)
        except ValueError:
            return self._settings.site_url
        return wanted if parts.scheme not in _NEVER and parts.netloc else self._settings.site_url
