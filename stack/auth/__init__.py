"""Supabase's auth service: users, who sign in by password, mail or as nobody; sessions; what the service key may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from stack.auth.account import Account
from stack.auth.admin import Admin
from stack.auth.database import Rows
from stack.auth.errors import AuthError, answer
from stack.auth.inbox import Inbox
from stack.auth.links import Links
from stack.auth.service import service
from stack.auth.settings import PATH, Settings
from stack.auth.signing_in import SigningIn
from stack.auth.undone import Undone
from stack.auth.verifying import Verifying
from stack.database import first_line
from stack.gateway import KeyRequired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from stack.database import Database
    from stack.tokens import Tokens

__all__ = ["Auth", "Settings"]

_REFUSED = (AuthError, ClientDisconnect, HTTPException, psycopg.DataError, psycopg.OperationalError, PoolTimeout)
# What a person opens with a link, or a client without a key.
_OPEN = [f"{PATH}/{name}" for name in (".well-known/jwks.json", "verify", "authorize", "callback", "health")]


class Auth:
    """The service at /auth/v1, and its mailbox at /inbox. Users and sessions are rows of the schema auth."""

    def __init__(self, database: Database, tokens: Tokens, settings: Settings) -> None:
        """Prepare the service."""
        self._rows = Rows(database)
        parts = service(self._rows, tokens, settings)

        async def keys(_: Request) -> Response:
            return JSONResponse({"keys": tokens.public_keys})

        application = Starlette(
            routes=[
                *(
                    each
                    for part in (SigningIn, Account, Verifying, Admin, Links, Undone)
                    for each in part(parts).routes
                ),
                Route("/.well-known/jwks.json", keys, methods=["GET"]),
            ],
            middleware=[Middleware(KeyRequired, tokens, _OPEN)],
            exception_handlers=dict.fromkeys(_REFUSED, _refused),
        )
        self.routes: Sequence[BaseRoute] = [*Inbox(parts.mailbox).routes, Mount(PATH, application)]

    async def open(self) -> None:
        """Connect, and return once requests can be answered."""
        await self._rows.open()

    async def close(self) -> None:
        """Close all connections."""
        await self._rows.close()


async def _refused(request: Request, error: Exception) -> Response:
    return answer(request, _refusal(request, error))


def _refusal(request: Request, error: Exception) -> AuthError:
    if isinstance(error, AuthError):
        return error
    if isinstance(error, HTTPException):
        said = f"{request.method} {request.url.path} is not a request that this auth service answers"
        return AuthError(error.status_code, "not_found", said)
    if isinstance(error, ClientDisconnect):
        return AuthError(400, "bad_json", "Could not parse request body as JSON: it was cut off")
    if isinstance(error, psycopg.DataError):
        return AuthError(400, "validation_failed", f"a value cannot be stored: {first_line(error)}")
    return AuthError(503, "unexpected_failure", "the database does not answer; try again")
