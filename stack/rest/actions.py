"""What each request does: its statement, planned against the catalog, and the response to its answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stack.rest import calls, reads, response, writes
from stack.rest.errors import ApiError, bad_method, not_single, not_the_row_of_the_url
from stack.rest.payload import NO_PAYLOAD
from stack.rest.plan import read_plan
from stack.rest.syntax import Selection
from stack.rest.transaction import Work
from stack.rest.unknown import no_relation

if TYPE_CHECKING:
    from collections.abc import Callable

    from stack.rest.payload import Payload
    from stack.rest.plans import ReadPlan
    from stack.rest.preferences import Preferences, Shape
    from stack.rest.response import Response
    from stack.rest.schema import Known
    from stack.rest.sql import Statement
    from stack.rest.syntax import Query
    from stack.rest.transaction import Answer

READS = ("GET", "HEAD")


@dataclass(frozen=True)
class Asked:
    """A request that has been parsed. method: of HTTP. name: of the relation, or of the function to call, in schema."""

    method: str
    schema: str
    name: str
    name_is_function: bool
    query: Query
    preferences: Preferences
    shape: Shape
    payload: Payload = NO_PAYLOAD


@dataclass(frozen=True)
class Action:
    """What a request runs. work: in its transaction. respond: makes the response from the answer and from the plan.

    respond raises ApiError.
    """

    work: Work
    respond: Callable[[Answer, Any], Response]


def on_relation(known: Known, asked: Asked) -> Action:
    """Return what to do for a request to a table or view: read, insert (POST, PUT), update (PATCH) or delete rows.

    Raises ApiError, for example for a name that does not exist.
    """
    relations = known.catalog.relations
    relation = relations.get((asked.schema, asked.name))
    if relation is None:
        raise no_relation(asked.schema, asked.name, [name for schema, name in relations if schema == asked.schema])
    if asked.method in READS:
        return _read(read_plan(known, relation, asked.query), asked)
    if asked.preferences.returned != "representation":
        # Nothing is shown, so select, order and the parameters of embeds mean nothing.
        asked = replace(asked, query=replace(asked.query, selection=Selection(), orders=()))
    if asked.method == "PUT" and (asked.query.limits or asked.query.offsets):
        raise ApiError(400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT")
    if asked.method == "PUT":
        writes.check_put(relation, asked.query)
    plan = read_plan(known, relation, asked.query, limited=False)
    if asked.method == "POST":
        return _insert(plan, asked)
    if asked.method == "PUT":
        return _put(plan, asked)
    if asked.method == "PATCH":
        if asked.payload.is_array and asked.payload.rows > 1:
            raise ApiError(400, "PGRST102", "an update needs one JSON object, not an array of several")
        return _change(writes.update_statement(plan, asked.payload, asked.preferences, asked.shape), asked)
    if asked.method == "DELETE":
        return _change(writes.delete_statement(plan, asked.preferences, asked.shape), asked)
    raise bad_method(asked.method)


def on_function(known: Known, asked: Asked) -> Action:
    """Return what to do for a call at /rpc. GET and HEAD have the arguments in the query string, POST in the body.

    Raises ApiError, for example if no function takes these arguments.
    """
    if asked.method not in (*READS, "POST"):
        raise ApiError(405, "PGRST101", f"Cannot use the {asked.method} method on RPC")
    arguments = _arguments(asked)
    function = calls.find(known.catalog, asked.schema, asked.name, arguments)
    if asked.preferences.max_affected is not None and not function.set:
        message = "Function must return SETOF or TABLE when max-affected preference is used with handling=strict"
        raise ApiError(400, "PGRST128", message)
    plan = read_plan(known, function.relation, asked.query)
    count = asked.preferences.count
    statement = calls.call_statement(function, arguments, plan, asked.shape, count and "exact")

    def respond(answer: Answer, _: Any) -> Response:
        if function.returns == "void":
            return response.of_nothing(answer, answer.total, asked.preferences, "max-affected")
        offset = plan.offset or 0
        return response.of_rows(answer, answer.total, offset, asked.preferences, asked.shape, "max-affected")

    judge = None if function.returns == "void" else _judge(asked)
    reads = asked.method in READS or function.reads
    return Action(Work(statement, reads, None, judge, function.settings), respond)


def _arguments(asked: Asked) -> calls.Arguments:
    fields = asked.query.arguments if asked.method in READS else asked.payload.fields
    if fields is None:
        return calls.Arguments(payload=asked.payload)
    texts: dict[str, list[str]] = {}
    for name, text in fields:
        texts.setdefault(name, []).append(text)
    return calls.Arguments(texts)


def _read(plan: ReadPlan, asked: Asked) -> Action:
    count = asked.preferences.count
    planned = reads.planned_statement(plan) if count in ("planned", "estimated") else None

    def respond(answer: Answer, plan_of_all: Any) -> Response:
        total = answer.total
        if plan_of_all is not None and (total is None or total > (plan.most or 0)):
            total = _guessed(plan_of_all, at_least=total or 0)
        found = response.of_rows(answer, total, plan.offset or 0, asked.preferences, asked.shape)
        return replace(found, headers={**found.headers, "content-location": where})

    where = response.content_location(asked.name, asked.query.canonical)
    return Action(Work(reads.read_statement(plan, asked.shape, count), True, planned, _judge(asked)), respond)


def _guessed(plan: Any, at_least: int) -> int:
    document = json.loads(plan) if isinstance(plan, bytes | str) else plan
    return max(int(document[0]["Plan"]["Plan Rows"]), at_least)


def _insert(plan: ReadPlan, asked: Asked) -> Action:
    query, preferences = asked.query, asked.preferences
    statement = writes.insert_statement(plan, asked.payload, query.on_conflict, preferences, asked.shape)
    merges = preferences.resolution == "merge-duplicates"
    keyed = bool(query.on_conflict or plan.relation.primary_key)

    def respond(answer: Answer, _: Any) -> Response:
        status = 200 if merges and answer.own == 0 else 201
        confirmed = ("missing", "resolution") if keyed else ("missing",)
        found = response.of_written(status, answer, preferences, asked.shape, confirmed=confirmed)
        where = response.location(plan.relation, answer) if preferences.returned == "headers-only" else None
        return replace(found, headers={**found.headers, "location": where}) if where else found

    return Action(Work(statement, False, None, _judge(asked)), respond)


def _put(plan: ReadPlan, asked: Asked) -> Action:
    statement = writes.put_statement(plan, asked.payload, asked.preferences, asked.shape)

    def judge(answer: Answer) -> None:
        if answer.rows != 1:
            raise not_the_row_of_the_url()

    def respond(answer: Answer, _: Any) -> Response:
        status = 204 if asked.preferences.returned != "representation" else 201 if (answer.own or 0) > 0 else 200
        found = response.of_written(status, answer, asked.preferences, asked.shape)
        return replace(found, headers={name: each for name, each in found.headers.items() if name != "content-range"})

    return Action(Work(statement, False, None, judge), respond)


def _change(statement: Statement, asked: Asked) -> Action:
    def respond(answer: Answer, _: Any) -> Response:
        updated = asked.method == "PATCH"
        confirmed = ("missing", "max-affected") if updated else ("max-affected",)
        return response.of_written(204, answer, asked.preferences, asked.shape, updated=updated, confirmed=confirmed)

    return Action(Work(statement, False, None, _judge(asked)), respond)


def _judge(asked: Asked) -> Callable[[Answer], None] | None:
    # An insert and a read may have any number of rows.
    called = asked.name_is_function
    most = asked.preferences.max_affected if called or asked.method in ("PATCH", "DELETE") else None
    single = asked.shape.single
    if not single and most is None:
        return None

    def judge(answer: Answer) -> None:
        if single and answer.rows != 1:
            raise not_single(answer.rows)
        if most is not None and answer.rows > most:
            message = "Query result exceeds max-affected preference constraint"
            raise ApiError(400, "PGRST124", message, details=f"The query affects {answer.rows} rows")

    return judge
