"""Supabase's auth service as far as a chat needs it: sign-up, password and refresh grants, the user, logout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.routing import Mount

from stack.auth.endpoints import Endpoints
from stack.auth.errors import AuthError, answer
from stack.auth.sessions import Sessions
from stack.auth.users import Users
from stack.gateway import KeyRequired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from stack.auth.users import Pool
    from stack.database import Database
    from stack.tokens import Tokens

_PATH = "/auth/v1"
_CONNECTIONS = 4
_SECONDS_FOR_A_CONNECTION = 10
_REFUSED = (AuthError, ClientDisconnect, HTTPException, psycopg.DataError, psycopg.OperationalError, PoolTimeout)


class Auth:
    """The service at /auth/v1. Users are rows of auth.users; sessions live in this process and end with it."""

    def __init__(self, database: Database, tokens: Tokens, api_url: str, token_seconds: int) -> None:
        """Prepare the service. api_url: the API's address; token_seconds: how long an access token is valid."""
        self._pool: Pool = AsyncConnectionPool(
            database.conninfo("postgres"),
            # autocommit: every request is one statement.
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_SECONDS_FOR_A_CONNECTION,
            # Finds out that the database was restarted before a request does.
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        endpoints = Endpoints(Users(self._pool), Sessions(), tokens, api_url + _PATH, token_seconds)
        application = Starlette(
            routes=endpoints.routes,
            middleware=[Middleware(KeyRequired, tokens, [_PATH + "/.well-known/jwks.json"])],
            exception_handlers=dict.fromkeys(_REFUSED, _refused),
        )
        self.routes: Sequence[BaseRoute] = [Mount(_PATH, application)]

    async def open(self) -> None:
        """Connect, and return once requests can be answered."""
        await self._pool.open(wait=True)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()


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
        return AuthError(400, "validation_failed", f"a value cannot be stored: {str(error).splitlines()[0]}")
    return AuthError(503, "unexpected_failure", "the database does not answer; try again")
