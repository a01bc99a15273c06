"""Whether the five functions can do their work, by reading their bodies; what they do, tests/functions shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide import scene
from connect.guide.functions import FUNCTIONS
from connect.guide.settings import search_paths
from pgproof.machinery import bodies, folding, following, names, triggers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pgproof.catalog import Catalog
    from pgproof.machinery.bodies import Body
    from pgproof.machinery.following import Effects
    from pgproof.machinery.reading import Machinery

    _Project = tuple[Catalog, Machinery]

_MESSAGES, _PARTICIPANTS = "chat_messages", "chat_participants"
ASSIGNING = "assign_message_seq"
_LOCKING = ("pg_advisory_xact_lock", "pg_advisory_lock", "nextval")
# Where the API puts who is signed in, and what a body may call without asking another function for that.
_CLAIMS = "request.jwt.claims"
_PLAIN = frozenset(("current_setting", "nullif", "coalesce"))
_WRITING = ("insert", "update")


def body(catalog: Catalog, machinery: Machinery, name: str) -> str | None:
    """Return why the body of one of the five functions cannot work; None if it may, or nobody can tell.

    A body in another language than SQL and PL/pgSQL, and SQL that it puts together, cannot be judged.
    """
    found = catalog.get("function", FUNCTIONS[name].identity)
    if not found:
        # A criterion of its own says so.
        return None
    is_trigger = found["result"] == "trigger"
    known = {"tg_op": "INSERT"} if is_trigger else None
    read = bodies.read(found["language"], found["body"] or "", known, trigger=is_trigger)
    if read is None:
        return None
    if any(step.kind == "raise" for step in read.certain):
        return "raises an exception at each call"
    if not is_trigger:
        called = bodies.read(found["language"], found["body"] or "", deciding=scene.calling(machinery.functions))
        if called is not None and any(step.kind == "raise" for step in called.certain):
            return "raises an exception when somebody who is signed in calls it for themselves"
    lost = _missing(machinery, read, found)
    if lost:
        return f"names what does not exist: {lost}"
    effects = following.follow(read, machinery.functions)
    return None if effects.opaque else _WORK[name](read, effects, (catalog, machinery))


def _missing(machinery: Machinery, read: Body, found: Mapping[str, Any]) -> str | None:
    for path in search_paths(machinery, found["settings"] or ()):
        lost = names.missing(read, machinery, [found["owner"] if each == "$user" else each for each in path])
        if lost:
            return f"{', '.join(lost)} (search path: {', '.join(path) or 'empty'})"
    return None


def _assigns(read: Body, effects: Effects, _: _Project) -> str | None:
    values = [step for step in read.steps if {"new.seq", "new"} & set(step.targets)]
    if not values:
        return "never sets NEW.seq: new messages have no place in their chat"
    if all(
        step.kind == "assign" and folding.value(step.text, {"new.seq": None}) is not folding.UNKNOWN for step in values
    ):
        return "gives every message the same seq, so that the second one of a chat is refused"
    lost = triggers.dropped(read, "INSERT")
    if lost is not None:
        return lost
    locks = any(each.locks for each in effects.statements)
    counts = any(kind in _WRITING for each in effects.statements for kind, _, _ in each.writes)
    if not (locks or counts or effects.calls & set(_LOCKING)):
        return "takes no lock, so that two messages sent at once get the same seq and one is refused"
    return None


def _marks_read(_: Body, effects: Effects, project: _Project) -> str | None:
    messages, participants = effects.writes(_MESSAGES, "update"), effects.writes(_PARTICIPANTS, *_WRITING)
    if messages is None and participants is None:
        return None if _through_others(effects) else "marks nothing: unread counts never fall"
    if "last_read_at" in _named_by_counting(*project) and "last_read_at" not in (participants or ()):
        return "never moves last_read_at, by which get_unread_count counts: unread counts never fall"
    return None


def _named_by_counting(catalog: Catalog, machinery: Machinery) -> set[str]:
    """Return the columns by which get_unread_count counts, itself or through others, as far as that can be read."""
    found = catalog.get("function", FUNCTIONS["get_unread_count"].identity)
    read = bodies.read(found["language"], found["body"] or "") if found else None
    statements = following.follow(read, machinery.functions).statements if read else ()
    return {name for each in statements for name in each.named}


def _marks_delivered(_: Body, effects: Effects, __: _Project) -> str | None:
    if "status" in (effects.writes(_MESSAGES, "update") or ()) or _through_others(effects):
        return None
    return "never sets the status of a message: ticks for delivered never show"


def _counts(_: Body, effects: Effects, __: _Project) -> str | None:
    return None if effects.reads else "reads no message, so that every chat shows the same count"


def _finds_latest(_: Body, effects: Effects, __: _Project) -> str | None:
    return (
        None if effects.reads or "last_value" in effects.calls else "reads nothing, so that every chat has the same seq"
    )


def _through_others(effects: Effects) -> bool:
    """Return whether something else than a messaging table is written: a view, or a table with a trigger."""
    return any(name not in (_MESSAGES, _PARTICIPANTS) for each in effects.statements for _, (_, name), _ in each.writes)


_WORK = {
    ASSIGNING: _assigns,
    "mark_messages_as_read": _marks_read,
    "mark_messages_as_delivered": _marks_delivered,
    "get_unread_count": _counts,
    "get_latest_seq": _finds_latest,
}


def identity(machinery: Machinery) -> str | None:
    """Return why auth.uid() does not know who is signed in; None if it may, or nobody can tell.

    The API puts the claims of the token into this setting; up to PostgREST 8 it set one for each claim.
    """
    for found in machinery.functions:
        if (found.schema, found.name) != ("auth", "uid") or found.language not in ("sql", "plpgsql"):
            continue
        read = bodies.read(found.language, found.body)
        calls = {name for each in read.statements() for _, name in each.calls} if read else {"?"}
        if _CLAIMS not in found.body and not calls - _PLAIN:
            return f"never reads {_CLAIMS}, so that nobody is known: chats are empty, and sending fails"
    return None
