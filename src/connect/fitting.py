"""The sample rows of Connect, made to fit into a schema that is not the one of this repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from connect import samples
from pgproof.filling import Filler, Unfit, without_triggers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

# Without these nobody can chat.
_NEEDED = ("public.chats", "public.chat_participants", "public.chat_messages")
_THERE = "SELECT name FROM unnest(%s::text[]) name WHERE to_regclass(name) IS NOT NULL"
_CHATS = "SELECT EXISTS (SELECT FROM public.chats)"


class Loaded(NamedTuple):
    """What was loaded. messages: how many. unfit: a line on each thing for which no row could be made to fit."""

    messages: int
    unfit: tuple[str, ...]


def load(connection: psycopg.Connection[Any]) -> Loaded | None:
    """Load users, chats and messages, None if the tables of a chat are not there, or have a chat.

    Where a row does not fit, those that do are loaded all the same.
    """
    rows = samples.rows()
    with connection.transaction():
        there = {name for (name,) in connection.execute(_THERE, [list(rows)])}
        if not there.issuperset(_NEEDED) or connection.execute(_CHATS).fetchone() == (True,):
            return None
        unfit: dict[str, None] = {}
        with without_triggers(connection):
            filler = Filler(connection)
            loaded = {table: _fill(filler, table, given, unfit) for table, given in rows.items() if table in there}
        return Loaded(loaded[_NEEDED[-1]], tuple(unfit))


def add(connection: psycopg.Connection[Any]) -> str | None:
    """Load the rows; return a note for the report of a rehearsal, None if nothing was to be loaded."""
    found = load(connection)
    if found is None:
        return None
    note = f"the baseline has no chats; {found.messages} sample messages were added to it"
    return "; ".join([note, *(f"no sample row fits: {line}" for line in found.unfit)])


def chat(connection: psycopg.Connection[Any], row: dict[str, Any], members: Sequence[str]) -> None:
    """Make one chat, whatever else its tables ask for. row: of public.chats. members: the ids of users.

    Raises Unfit where no row can be made to fit.
    """
    filler = Filler(connection)
    filler.insert("public.chats", row)
    for member in members:
        filler.insert("public.chat_participants", {"chat_id": row["id"], "user_id": member})
        # Some projects keep a profile of everybody who writes.
        filler.refer("public.chat_messages", {"sender_id": member})


def _fill(filler: Filler, table: str, given: Sequence[dict[str, Any]], unfit: dict[str, None]) -> int:
    """Return how many rows were inserted."""
    inserted = 0
    for row in given:
        try:
            filler.insert(table, row)
            inserted += 1
        except Unfit as reason:
            unfit[str(reason)] = None
    return inserted
