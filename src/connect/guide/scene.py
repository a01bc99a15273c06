"""Two people in a few chats, as any project has them, and whether its policies let them do what they must.

A policy that lets some rows pass may still keep out every row that counts: it compares ids of different things, or asks
a function that always says no. So its expressions are answered for the rows of an ordinary chat, without a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from connect.guide.callers import AUTHENTICATED
from pgproof.machinery.folding import SOMETHING, UNKNOWN, logic
from pgproof.machinery.reading import Function
from pgproof.machinery.scenes import CLAIMS, Asking, Id, Scene
from pgproof.reach import policies
from pgproof.reach.facts import quoted
from pgproof.reach.needs import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.reach.facts import Facts, Policy, Relation, Role

_ME, _OTHER = Id("person", "the caller"), Id("person", "somebody else")
_KINDS = ("direct", "group")
_CHATS, _SEATS, _MESSAGES = "chats", "chat_participants", "chat_messages"
_ORDINARY = frozenset("rp")
_Row = dict[str, Any]


class _Case(NamedTuple):
    """Rows of which at least one must pass. what: they are, in words."""

    what: str
    rows: tuple[_Row, ...]


def _chat(kind: str, creator: Id) -> _Row:
    return {"id": Id("chat", f"{kind}, of {creator.name}"), "type": kind, "created_by": creator}


def _seat(chat: _Row, person: Id) -> _Row:
    name = f"{person.name} in {chat['id'].name}"
    return {"id": Id("participant", name), "chat_id": chat["id"], "user_id": person}


def _message(chat: _Row, sender: Id, name: str = "") -> _Row:
    return {
        "id": Id("message", name or f"{sender.name} in {chat['id'].name}"),
        "chat_id": chat["id"],
        "sender_id": sender,
        "message_type": "text",
        "client_generated_id": SOMETHING,
        "seq": SOMETHING,
        "status": "sent",
        "reply_to_message_id": None,
        "deleted_at": None,
    }


_ALL = tuple(_chat(kind, creator) for kind in _KINDS for creator in (_ME, _OTHER))
_MINE = tuple(each for each in _ALL if each["created_by"] == _ME)
_ROWS: Mapping[str, tuple[_Row, ...]] = {
    _CHATS: _ALL,
    _SEATS: tuple(_seat(chat, person) for chat in _ALL for person in (_ME, _OTHER)),
    _MESSAGES: tuple(_message(chat, sender) for chat in _ALL for sender in (_ME, _OTHER)),
}
_NEW = frozenset(each["id"] for each in _MINE)


def _without_new(table: str, *seated: Id) -> tuple[_Row, ...]:
    """Return the rows of a table without those of chats that are being made, but with the places of some people."""
    key = "id" if table == _CHATS else "chat_id"
    return tuple(each for each in _ROWS[table] if each[key] not in _NEW or each.get("user_id") in seated)


# By table: what there may be before a row is inserted, beside the rows above. One may be the first to do so.
_BEFORE: Mapping[str, tuple[Mapping[str, tuple[_Row, ...]], ...]] = {
    _CHATS: ({table: _without_new(table) for table in _ROWS},),
    _SEATS: tuple({_SEATS: _without_new(_SEATS, *who), _MESSAGES: _without_new(_MESSAGES)} for who in ((_ME,), ())),
}
# By table and command: what must be possible wherever people chat.
_CASES: Mapping[tuple[str, str], tuple[_Case, ...]] = {
    (_CHATS, "SELECT"): (
        _Case("a chat in which the caller takes part and that somebody else made", (_ALL[1],)),
        _Case("a group in which the caller takes part and that somebody else made", (_ALL[3],)),
        _Case("a chat that the caller made and takes part in", (_ALL[0],)),
    ),
    (_SEATS, "SELECT"): (
        _Case("the caller's own place in a chat", (_seat(_ALL[1], _ME),)),
        _Case("the caller's own place in a chat that they made", (_seat(_ALL[0], _ME),)),
    ),
    (_MESSAGES, "SELECT"): (
        _Case("a message of somebody else in a chat in which the caller takes part", (_message(_ALL[1], _OTHER),)),
        _Case("a message of somebody else in a chat that the caller made", (_message(_ALL[0], _OTHER),)),
        _Case("the caller's own message", (_message(_ALL[1], _ME),)),
    ),
    (_MESSAGES, "INSERT"): (
        _Case("a message of the caller in a chat in which they take part", (_message(_ALL[1], _ME, "new"),)),
        _Case("a message of the caller in a chat that they made", (_message(_ALL[0], _ME, "new"),)),
    ),
    (_CHATS, "INSERT"): (_Case("a chat that the caller makes", _MINE),),
    # Some let people add themselves only, others the one who made the chat add the others.
    (_SEATS, "INSERT"): (
        _Case(
            "somebody in a chat that the caller made",
            tuple(_seat(each, who) for each in _MINE for who in (_ME, _OTHER)),
        ),
    ),
}


# Of the functions of the page, what each parameter is in a call by a person for themselves.
_GIVEN = {"p_chat_id": _ALL[1]["id"], "p_user_id": _ME, "p_receiver_id": _ME}
_ANSWERS = {("auth", "uid"): _ME, ("auth", "role"): AUTHENTICATED, ("auth", "jwt"): CLAIMS}
_CLAIMS = {"sub": _ME, "role": AUTHENTICATED}


def calling(functions: Sequence[Function]) -> Asking:
    """Return what finds values within one of the page's functions that a person calls for themselves.

    functions: those of the project. No row is thought up, so that only who calls is known.
    """
    places = {f"${number}": value for number, value in enumerate((_ALL[1]["id"], _ME), start=1)}
    return Asking(Scene(functions=functions, answers=_ANSWERS, claims=_CLAIMS), (), {**_GIVEN, **places})


def faults(facts: Facts, role: Role, relation: Relation, command: str) -> Iterator[Fault]:
    """Yield what keeps the caller from the rows that it must get to, where the policies themselves decide that.

    Of what cannot be decided by reading nothing is said, nor of policies that let no row of anybody pass.
    """
    asked = policies.asked(facts, role, relation, policies.LETTERS[command])
    if relation.kind not in _ORDINARY or not policies.decide(role, relation):
        return
    if any(policies.faults(asked, role, relation, command)):
        return
    before: tuple[Mapping[str, Sequence[_Row]], ...] = _BEFORE.get(relation.name, ()) if command == "INSERT" else ()
    for case in _CASES.get((relation.name, command), ()):
        scene = _scene(facts, _ROWS)
        scenes = (scene, *(_scene(facts, {**_ROWS, **rows}) for rows in before))
        if all(_passes(each, asked, relation, command, row) in (False, None) for each in scenes for row in case.rows):
            yield _fault(scene, asked, relation, command, case)
            return


def _scene(facts: Facts, there: Mapping[str, Sequence[_Row]]) -> Scene:
    columns = {(each.schema, each.name): frozenset(each.columns) for each in facts.relations.values()}
    functions = [
        Function(each.schema, each.name, each.language, each.source or "", each.parameters, each.returns_set)
        for each in facts.functions.values()
    ]
    rows = {
        ("public", name): [_filled(row, columns["public", name]) for row in rows]
        for name, rows in there.items()
        if ("public", name) in columns
    }
    return Scene(rows, columns, functions, _ANSWERS, _CLAIMS)


def _filled(row: _Row, columns: frozenset[str]) -> _Row:
    """Return the row with what the project's own columns hold, which nobody knows."""
    return {**dict.fromkeys(columns, UNKNOWN), **{name: value for name, value in row.items() if name in columns}}


def _passes(scene: Scene, asked: Sequence[Policy], relation: Relation, command: str, row: _Row) -> Any:
    letter = policies.LETTERS[command]
    asking = scene.asking(_filled(row, frozenset(relation.columns)), relation.name)

    def holds(policy: Policy) -> Any:
        return logic("AND_EXPR", [asking.value(text) for text in policies.expressions(policy, letter)])

    permissive = logic("OR_EXPR", [holds(each) for each in asked if each.permissive])
    return logic("AND_EXPR", [permissive, *(holds(each) for each in asked if not each.permissive)])


def _fault(scene: Scene, asked: Sequence[Policy], relation: Relation, command: str, case: _Case) -> Fault:
    names = ", ".join(quoted(each.name) for each in asked)
    refusing = sorted(name for name, values in scene.answered.items() if values <= {False, None})
    helper = f"; {', '.join(refusing)} says no to every one of them" if refusing else ""
    what = f"the policies of {relation.identity} for {command} ({names}) do not let pass {case.what}{helper}"
    where = " and ".join((*refusing, "the policies")) if refusing else "the policies"
    return Fault(
        policies.sees(command),
        what,
        f"mend {where}: compare each id with the same kind of id, as chat_id with a chat's and user_id with auth.uid()",
    )
