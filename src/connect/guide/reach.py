"""The steps of the front end, of a server and of the API itself, and what each of them needs to be possible.

Chats are made in one way or another in every project, by a function or by inserting. Where a project lets people insert
them, what its policies ask must be possible; where it does not, that is its own affair. It may say so by a policy that
lets no row pass, if a function makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from connect.guide import callers, scene
from connect.guide.callers import AUTHENTICATED, AUTHENTICATOR, SERVICE_ROLE
from connect.guide.columns import COLUMNS
from connect.guide.functions import FUNCTIONS
from connect.schema import TABLES
from pgproof.reach import policies, writing
from pgproof.reach.deriving import Walk
from pgproof.reach.needs import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pgproof.reach.facts import Facts, Relation, Role
    from pgproof.reach.needs import Way

RELATIONS = tuple(f"public.{table}" for table in TABLES)
# How PostgREST, and most functions without a search path of their own, look names up.
PATH = ("public", "extensions")
_TABLES = frozenset("rp")
_KINDS = {"v": "a view", "m": "a materialized view", "f": "a foreign table", "S": "a sequence"}
_COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_LIST = ("chats", "chat_participants", "chat_messages")
_MESSAGE = ("chat_id", "sender_id", "message_text", "client_generated_id")
_MAKING = {"chats": ("type", "name", "created_by"), "chat_participants": ("chat_id", "user_id")}


class Step(NamedTuple):
    """Something that a caller does. fails: what a person says of it then."""

    caller: str
    fails: str


_CALLED = {name: function for name, function in FUNCTIONS.items() if function.callers}
STEPS = {
    "authenticated-list": Step(AUTHENTICATED, "listing the conversations fails"),
    "authenticated-open": Step(AUTHENTICATED, "opening a chat fails"),
    "authenticated-subscribe": Step(AUTHENTICATED, "hearing of new messages by realtime fails"),
    "authenticated-send": Step(AUTHENTICATED, "sending a message fails"),
    "authenticated-make": Step(AUTHENTICATED, "making a chat fails"),
    **{f"authenticated-{name}": Step(AUTHENTICATED, f"calling {name} fails") for name in _CALLED},
    "service_role-tables": Step(SERVICE_ROLE, "a server that reads and writes the chat fails"),
    **{f"service_role-{name}": Step(SERVICE_ROLE, f"calling {name} from a server fails") for name in _CALLED},
    "authenticator-login": Step(AUTHENTICATOR, "every request to the API fails"),
}


@dataclass(frozen=True)
class Result:
    """What was found of one step. wrong: each cause once, what its caller sees and what mends it. way: all of it."""

    step: Step
    wrong: tuple[Fault, ...]
    way: Way


def judge(facts: Facts, name: str) -> Result:
    """Return what is on the way of a step, and what keeps its caller from it. name: one of STEPS."""
    step = STEPS[name]
    walk = Walk(facts, PATH)
    role = facts.roles.get(step.caller)
    if role is None:
        missing = Fault(
            f'role "{step.caller}" does not exist', f"there is no role {step.caller}", _ROLE, callers.BY_HAND
        )
        return Result(step, (missing,), walk.way)
    what = name.partition("-")[2]
    if what in _CALLED:
        _call(facts, walk, role, what)
    else:
        _WALKS[what](facts, walk, role)
    return Result(step, tuple(dict.fromkeys((*_of_caller(facts, role), *walk.way.complaints()))), walk.way)


def _of_caller(facts: Facts, role: Role) -> tuple[Fault, ...]:
    """Return what the caller itself lacks, whatever it asks for."""
    if role.name == AUTHENTICATOR:
        return callers.door(facts, role)
    return callers.powers(role) if role.name == SERVICE_ROLE else ()


_ROLE = "create it as the platform does, and grant it what the tests below name"


def pages(results: Mapping[str, Result], name: str) -> Iterator[tuple[str, ...]]:
    """Yield what a failure of a step says: what failed, what that usually means and what to do, of each cause.

    A cause that stops several steps is told in the first of them; the others say where in one line.
    """
    fails = results[name].step.fails
    for each in results[name].wrong:
        stopped = [other for other, found in results.items() if any(each.to_do == fault.to_do for fault in found.wrong)]
        if stopped[0] != name:
            yield (f"{fails} with {each.sees}: the failure of {stopped[0]} says why, and what to do",)
            continue
        others = ", ".join(results[other].step.fails.removesuffix(" fails") for other in stopped[1:])
        also = f"; it also stops: {others}" if others else ""
        yield f"{fails} with {each.sees}: {each.what}{also}", each.usually, each.to_do


def unseen(results: Iterable[Result]) -> tuple[str, ...]:
    """Return what nobody can tell by reading of the functions on the way of these steps, a sentence each."""
    found: dict[str, str] = {}
    for each in results:
        found |= each.way.unseen
    return tuple(
        f"whether {function} may do what it does cannot be told by reading, as {why}"
        for function, why in sorted(found.items())
    )


def _call(facts: Facts, walk: Walk, role: Role, name: str) -> None:
    # A function that is missing or takes other arguments fails a criterion of its own.
    types = [each.split(" ", 1)[1] for each in _CALLED[name].arguments.split(", ")]
    for function in facts.named("public", name):
        if function.signature.partition("(")[2].rstrip(")").split(",") == types:
            walk.call(role, function)


def _read(facts: Facts, walk: Walk, role: Role, *tables: str) -> None:
    for table in tables:
        relation = _relation(facts, walk, table)
        if relation is not None:
            # Of a table that every project has in its own way, any column will do.
            known = {name.split(".")[1] for name in COLUMNS if name.split(".")[0] == table}
            walk.statement(role, relation, "SELECT", known & set(relation.columns))
            _scene(facts, walk, role, relation, "SELECT")


def _relation(facts: Facts, walk: Walk, table: str) -> Relation | None:
    """Return a table; None if it is missing, as a criterion of its own says, or is none."""
    found = facts.relation("public", table)
    if found is None or found.kind in _TABLES:
        return found
    kind = _KINDS.get(found.kind, "no table")
    what = (
        f"public.{table} is {kind}, which has no triggers and policies of a table, and of which realtime hears nothing"
    )
    to_do = f"rename {kind.removeprefix('a ')} public.{table}, and give the name back to the table with the rows"
    walk.way.faults.append(Fault("what is no table", what, to_do, "something else was put in the place of the table"))
    return None


def _scene(facts: Facts, walk: Walk, role: Role, relation: Relation, command: str) -> None:
    """Try the policies with the rows that the caller must get to."""
    walk.way.faults.extend(scene.faults(facts, role, relation, command))


def _list(facts: Facts, walk: Walk, role: Role) -> None:
    _read(facts, walk, role, *_LIST)


def _open(facts: Facts, walk: Walk, role: Role) -> None:
    _read(facts, walk, role, *(table for table in TABLES if table not in _LIST), "chat_messages")


def _subscribe(facts: Facts, walk: Walk, role: Role) -> None:
    _read(facts, walk, role, *TABLES)


def _send(facts: Facts, walk: Walk, role: Role) -> None:
    relation = _relation(facts, walk, "chat_messages")
    if relation is not None:
        walk.statement(role, relation, "INSERT", _MESSAGE)
        _scene(facts, walk, role, relation, "INSERT")
        # The page shows the row that comes back.
        _read(facts, walk, role, "chat_messages")


def is_made_by_function(facts: Facts, role: Role, relation: Relation) -> bool:
    """Return whether rows of a chat come into a table by a function, so that nobody has to insert them."""
    return writing.inserts(facts, PATH, role, relation)


def _make(facts: Facts, walk: Walk, role: Role) -> None:
    for table, columns in _MAKING.items():
        relation = _relation(facts, walk, table)
        if relation is None:
            continue
        whole = "INSERT" in relation.privileges.get(role.name, ())
        alone = [name for name, by_role in relation.columns.items() if "INSERT" in by_role.get(role.name, ())]
        asked = policies.asked(facts, role, relation, policies.LETTERS["INSERT"])
        if any(policies.faults(asked, role, relation, "INSERT")) and is_made_by_function(facts, role, relation):
            continue
        if any(each.permissive for each in asked) and (whole or alone):
            given = columns if whole else [name for name in columns if name in alone]
            walk.statement(role, relation, "INSERT", given)
            _scene(facts, walk, role, relation, "INSERT")


def _tables(facts: Facts, walk: Walk, role: Role) -> None:
    for table in TABLES:
        relation = _relation(facts, walk, table)
        if relation is not None:
            for command in _COMMANDS:
                walk.statement(role, relation, command)


def _login(_facts: Facts, _walk: Walk, _role: Role) -> None:
    """Nothing is asked of objects: see callers.door."""


_WALKS: dict[str, Callable[[Facts, Walk, Role], None]] = {
    "list": _list,
    "open": _open,
    "subscribe": _subscribe,
    "send": _send,
    "make": _make,
    "tables": _tables,
    "login": _login,
}
