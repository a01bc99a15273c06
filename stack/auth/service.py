"""What the endpoints of auth share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack.auth.bearers import Bearers
from stack.auth.codes import Codes
from stack.auth.issuing import Issuer
from stack.auth.mailbox import Mailbox
from stack.auth.mailing import Post
from stack.auth.sessions import Sessions
from stack.auth.shown import shown
from stack.auth.users import Users

if TYPE_CHECKING:
    from stack.auth.database import Row, Rows
    from stack.auth.settings import Settings
    from stack.tokens import Tokens


@dataclass(frozen=True)
class Service:
    """The parts of the service, each with one concern."""

    settings: Settings
    tokens: Tokens
    users: Users
    sessions: Sessions
    codes: Codes
    mailbox: Mailbox
    post: Post
    issuer: Issuer
    bearers: Bearers

    def shown(self, user: Row) -> dict[str, Any]:
        """Return a user as the API shows it, with the address that waits to be confirmed."""
        waiting = self.codes.wanted_address(user["id"])
        return {**shown(user), **({"new_email": waiting} if waiting else {})}


def service(rows: Rows, tokens: Tokens, settings: Settings) -> Service:
    """Return a service over one database, whose users and sessions live in it."""
    users, sessions, codes, mailbox = Users(rows), Sessions(rows), Codes(), Mailbox()
    return Service(
        settings,
        tokens,
        users,
        sessions,
        codes,
        mailbox,
        Post(codes, mailbox, settings),
        Issuer(users, sessions, tokens, settings),
        Bearers(users, sessions, tokens),
    )
