"""One transaction for each request, in one round trip: who asks and what, then the statement, then the end."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stack import answers
from stack.rest.refusals import of_database
from stack.rest.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stack.rest.connections import Connection, Connections
    from stack.rest.identity import Identity
    from stack.rest.settings import Settings
    from stack.rest.sql import Statement

# Deferred constraints are checked while the error can still be told with the statement.
_JUDGE = b"SET CONSTRAINTS ALL IMMEDIATE"
_ISOLATION = "default_transaction_isolation"
_ISOLATED = {
    "read uncommitted": b"SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
    "repeatable read": b"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "serializable": b"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
}


@dataclass(frozen=True)
class Answer:
    """The one row that a statement answers with: its columns are described in reads. own: the last but two.

    status, headers: what the database wants in their place, as it said it in response.status and response.headers.
    """

    body: bytes
    rows: int
    total: int | None
    own: int | None
    status: str | None = None
    headers: str | None = None


@dataclass(frozen=True)
class Context:
    """The request as the database may see it. path: without /rest/v1. headers: names in lower case.

    schema: the one that is asked. timezone: None for the database's. setup: how the API is set up. write: what its
    transaction is named in the log, if it writes and somebody waits for that.
    """

    identity: Identity
    method: str
    path: str
    headers: Mapping[str, str]
    schema: str
    timezone: str | None
    setup: Settings
    write: str | None = None

    def settings(self, *, reads: bool, function: Sequence[str] = ()) -> dict[str, str]:
        """Return what is set for the transaction, in this order. reads: it must not write.

        function: the settings of the function that is called, as "name=value".
        """
        cookies = [each.strip().partition("=") for each in self.headers.get("cookie", "").split(";") if "=" in each]
        found = {
            # Names are resolved in the schemas of the request before its role can look at any.
            "search_path": _search_path(self.schema, *self.setup.extra_search_path),
            "transaction_read_only": "on" if reads else "off",
            # While it is still authenticator's to set them.
            **self.setup.of_role(self.identity.role),
            "role": self.identity.role,
            "request.jwt.claims": self.identity.claims,
            "request.method": self.method,
            "request.path": self.path,
            "request.headers": json.dumps(dict(self.headers)),
            "request.cookies": json.dumps({name: value for name, _, value in cookies}),
        }
        if self.timezone is not None:
            found["timezone"] = self.timezone
        for each in function:
            name, _, value = each.partition("=")
            if any(re.search(hoisted, each) for hoisted in self.setup.hoisted):
                # What was set for the role has had its turn.
                found.pop(name, None)
                found[name] = value
        return found


@dataclass(frozen=True)
class Work:
    """What a transaction does. reads: nothing else. planned: an EXPLAIN that is asked beside it, if any.

    judge: raises ApiError for an answer that must not be; then nothing is changed. settings: of the function that is
    called. rolls_back: it leaves nothing behind.
    """

    statement: Statement
    reads: bool
    planned: Statement | None = None
    judge: Callable[[Answer], None] | None = None
    settings: tuple[str, ...] = ()
    rolls_back: bool = False


async def run(connections: Connections, context: Context, work: Work) -> tuple[Answer, Any]:
    """Do a request's work, and return its answer and the plan of work.planned, None if that was not asked for.

    A write waits for the judge before it ends. Raises ApiError for whatever the database refuses, never psycopg.Error.
    """
    import psycopg

    settings = context.settings(reads=work.reads, function=work.settings)
    isolation = _ISOLATED.get(settings.pop(_ISOLATION, "").lower())
    try:
        async with connections.one() as connection:
            if isolation is None and (work.reads or (work.judge is None and not work.rolls_back)):
                answered = await _piped(connection, context, work, settings)
            else:
                async with connection.transaction(force_rollback=work.rolls_back):
                    answered = await _piped(connection, context, work, settings, isolation)
                    if work.judge is not None:
                        work.judge(answered[0])
                return answered
    except psycopg.Error as error:
        raise of_database(error, anonymous=context.identity.anonymous) from error
    if work.judge is not None:
        work.judge(answered[0])
    return answered


async def _piped(
    connection: Connection,
    context: Context,
    work: Work,
    settings: dict[str, str],
    isolation: bytes | None = None,
) -> tuple[Answer, Any]:
    # Without BEGIN, what is sent up to the end of the pipeline is one transaction.
    plan = None
    async with connection.pipeline():
        if isolation is not None:
            await connection.execute(isolation)
        names = () if context.write is None or work.reads else (context.write,)
        await connection.execute(_set(tuple(settings), named=bool(names)), (*settings.values(), *names))
        if context.setup.pre_request is not None:
            await connection.execute(f"SELECT {quoted(*context.setup.pre_request)}()".encode())
        cursor = await connection.execute(work.statement.text, work.statement.values)
        if work.planned is not None:
            plan = await connection.execute(work.planned.text, work.planned.values)
        if not work.reads:
            await connection.execute(_JUDGE)
    ((body, rows, total, own, status, headers),) = await cursor.fetchall()
    guessed = await plan.fetchone() if plan is not None else None
    whole = body.encode() if isinstance(body, str) else body or b""
    return Answer(whole, rows, total, own, status, headers), guessed[0] if guessed else None


@lru_cache(256)
def _set(names: tuple[str, ...], *, named: bool = False) -> bytes:
    """Return the statement that sets these to its parameters. named: one more parameter names the transaction."""
    settings = [f"pg_catalog.set_config({_literal(name)}, ${n}, true)" for n, name in enumerate(names, 1)]
    if named:
        # First, as itself: what it becomes may not be let to.
        name = f"${len(names) + 1}::pg_catalog.text"
        settings.insert(0, f"pg_catalog.pg_logical_emit_message(true, {_literal(answers.MESSAGE)}, {name})")
    return ("SELECT " + ", ".join(settings)).encode()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@lru_cache(64)
def _search_path(*names: str) -> str:
    # Always quoted, as PostgREST writes them.
    return ", ".join('"' + each.replace('"', '""') + '"' for each in names)
