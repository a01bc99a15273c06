"""What a request to the stack's /rest/v1 costs on top of the statement it runs, each on one connection."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import closing
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg

from bench.measure import CouldNotRun, Row, in_turns
from connect.embedded_stack import running
from stack.rest import catalog, reads
from stack.rest.plan import read_plan
from stack.rest.preferences import shape
from stack.rest.query_string import parse
from stack.rest.schema import Known
from stack.rest.settings import Settings
from stack.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connect.embedded_stack import Running
    from stack.rest.sql import Statement

_TABLE = "chat_messages"
_REPEATS = 200
_BOUND = 0.0015
_QUERIES = {
    "the last 50 messages of a chat": "select=*&chat_id=eq.{chat}&order=seq.desc&limit=50",
    "one message": "select=id,message_text&chat_id=eq.{chat}&seq=eq.1",
    "50 with chat and replied-to": "select=id,message_text,chats(name),to:reply_to_message_id(id,message_text)"
    "&chat_id=eq.{chat}&order=seq.desc&limit=50",
}


def rows() -> Iterator[Row]:
    """Yield the times of the statement by psycopg and of the request by http.client, and the difference of the two."""
    with running("prod") as stack:
        claims = {"role": "authenticated", "sub": stack.users[0]["id"]}
        token = Tokens(secret=stack.jwt_secret).sign(claims, 3600)
        headers = {"apikey": stack.anon_key, "Authorization": f"Bearer {token}"}
        address = urlsplit(stack.api_url).netloc
        with (
            _connected(stack, claims) as connection,
            closing(http.client.HTTPConnection(address)) as client,
        ):
            known = Known(catalog.read(_document(connection), {}), Settings())
            for what, template in _QUERIES.items():
                query = template.format(chat=_longest_chat(connection))
                plan = read_plan(known, known.catalog.relations["public", _TABLE], parse(query))
                statement = reads.read_statement(plan, shape(""), None)
                samples = in_turns(
                    _timed("statement", partial(_run, connection, statement)),
                    _timed("request", partial(_ask, client, query, headers)),
                )
                added = [one - other for one, other in zip(samples["request"], samples["statement"], strict=True)]
                yield Row(f"{what}: the statement", samples["statement"])
                yield Row("  the request", samples["request"], against=samples["statement"])
                yield Row("  what the request adds", added, bound=_BOUND)


def _timed(name: str, action: Callable[[], object]) -> Callable[[], dict[str, float]]:
    def step() -> dict[str, float]:
        taken: list[float] = []
        for _ in range(_REPEATS):
            began = time.perf_counter()
            action()
            taken.append(time.perf_counter() - began)
        return {name: median(taken)}

    return step


def _connected(stack: Running, claims: dict[str, str]) -> psycopg.Connection[Any]:
    connection: psycopg.Connection[Any] = psycopg.connect(
        stack.dsn, autocommit=True, prepare_threshold=0, cursor_factory=psycopg.RawCursor
    )
    settings = "SELECT set_config('role', $1, false), set_config('request.jwt.claims', $2, false)"
    connection.execute(settings, [claims["role"], json.dumps(claims)])
    return connection


def _document(connection: psycopg.Connection[Any]) -> str:
    ((document,),) = connection.execute(catalog.query(), [["public"], []]).fetchall()
    return str(document)


def _longest_chat(connection: psycopg.Connection[Any]) -> str:
    """Return the longest of the chats that the person takes part in."""
    ((chat,),) = connection.execute(
        "SELECT chat_id FROM public.chat_messages GROUP BY chat_id ORDER BY count(*) DESC LIMIT 1"
    ).fetchall()
    return str(chat)


def _run(connection: psycopg.Connection[Any], statement: Statement) -> None:
    connection.execute(statement.text, statement.values).fetchall()


def _ask(client: http.client.HTTPConnection, query: str, headers: dict[str, str]) -> None:
    client.request("GET", f"/rest/v1/{_TABLE}?{query}", headers=headers)
    answer = client.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise CouldNotRun(f"a request was answered with {answer.status}: {body.decode()}")
