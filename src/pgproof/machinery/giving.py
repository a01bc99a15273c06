"""Which settings have a value in a request since something in it sets them, by set_config or by SET."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.machinery import bodies, following

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.machinery.bodies import Body
    from pgproof.machinery.reading import Function, Machinery

# PostgREST's setting with the function that it calls before what a request asks for, in the same transaction.
PRE_REQUEST = "pgrst.db_pre_request"


def may_set(machinery: Machinery, body: Body, name: str) -> bool:
    """Return whether a setting may have a value when a body asks for it.

    The body may set it, the triggers that were read and the function that the API calls first, or functions that these
    call; what the API calls first may also where nobody can read it. Raises pglast's ParseError.
    """
    for function in _called_first(machinery):
        first = bodies.read(function.language, function.body)
        if first is None or _sets(machinery, first, name, unread=True):
            return True
    triggers = (bodies.read(each.language, each.body, trigger=True) for each in machinery.triggers)
    return any(_sets(machinery, each, name) for each in (body, *triggers) if each is not None)


def _sets(machinery: Machinery, body: Body, name: str, *, unread: bool = False) -> bool:
    """Return whether a body sets it. unread: what is said of one that runs what cannot be read."""
    found = following.follow(body, machinery.functions)
    return (unread and found.opaque) or any(
        each is None or each.lower() == name.lower() for statement in found.statements for each in statement.sets
    )


def _called_first(machinery: Machinery) -> Iterator[Function]:
    named = [each.value.strip() for each in machinery.settings if each.name == PRE_REQUEST]
    for value in named:
        schema, _, name = (part.strip('"') for part in value.rpartition("."))
        yield from (each for each in machinery.functions if each.name == name and schema in ("", each.schema))
