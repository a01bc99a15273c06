"""One transaction for each request, in one round trip: who asks and what, then the statement, then the end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stack.rest.errors import of_database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stack.rest.connections import Connection, Connections
    from stack.rest.identity import Identity
    from stack.rest.sql import Statement

# In this order: names are resolved in the schemas of the request before its role can look at any.
_SETTINGS = (
    "search_path",
    "transaction_read_only",
    "role",
    "request.jwt.claims",
    "request.method",
    "request.path",
    "request.headers",
    "request.cookies",
)
_SET = (
    "SELECT " + ", ".join(f"pg_catalog.set_config('{name}', ${n}, true)" for n, name in enumerate(_SETTINGS, 1))
).encode()
# Deferred constraints are checked while the error can still be told with the statement.
_JUDGE = b"SET CONSTRAINTS ALL IMMEDIATE"
_SEARCH_PATH = '"public", "extensions"'


@dataclass(frozen=True)
class Answer:
    """The one row that a statement answers with: its columns are described in reads. own: the last one."""

    body: bytes
    rows: int
    total: int | None
    own: int | None


@dataclass(frozen=True)
class Context:
    """The request as the database may see it. path: without /rest/v1. headers: names in lower case."""

    identity: Identity
    method: str
    path: str
    headers: Mapping[str, str]

    def settings(self, *, reads: bool) -> tuple[str, ...]:
        """Return the values of _SETTINGS, in their order. reads: the transaction must not write."""
        cookies = [each.strip().partition("=") for each in self.headers.get("cookie", "").split(";") if "=" in each]
        return (
            _SEARCH_PATH,
            "on" if reads else "off",
            self.identity.role,
            self.identity.claims,
            self.method,
            self.path,
            json.dumps(dict(self.headers)),
            json.dumps({name: value for name, _, value in cookies}),
        )


async def run(
    connections: Connections,
    context: Context,
    statement: Statement,
    *,
    reads: bool,
    planned: Statement | None = None,
    judge: Callable[[Answer], None] | None = None,
) -> tuple[Answer, Any]:
    """Run a request's statement, and return its answer and the plan of planned, None if that was not asked for.

    judge: raises ApiError for an answer that must not be; then nothing is changed. A write waits for it before it ends.
    Raises ApiError for whatever the database refuses, never psycopg.Error.
    """
    import psycopg

    try:
        async with connections.one() as connection:
            if judge is None or reads:
                answered = await _piped(connection, context, statement, reads, planned)
            else:
                async with connection.transaction():
                    answered = await _piped(connection, context, statement, reads, planned)
                    judge(answered[0])
    except psycopg.Error as error:
        raise of_database(error, anonymous=context.identity.anonymous) from error
    if judge is not None and reads:
        judge(answered[0])
    return answered


async def _piped(
    connection: Connection, context: Context, statement: Statement, reads: bool, planned: Statement | None
) -> tuple[Answer, Any]:
    # Without BEGIN, what is sent up to the end of the pipeline is one transaction.
    plan = None
    async with connection.pipeline():
        await connection.execute(_SET, context.settings(reads=reads))
        cursor = await connection.execute(statement.text, statement.values)
        if planned is not None:
            plan = await connection.execute(planned.text, planned.values)
        if not reads:
            await connection.execute(_JUDGE)
    ((body, rows, total, own),) = await cursor.fetchall()
    guessed = await plan.fetchone() if plan is not None else None
    return Answer(body or b"", rows, total, own), guessed[0] if guessed else None
