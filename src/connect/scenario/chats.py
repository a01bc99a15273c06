"""Makes a scenario's chats, writes in them by the API, and removes them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from connect.scenario.judging import Said
from pgproof import moment

if TYPE_CHECKING:
    from connect.scenario.chat import Chat
    from connect.scenario.people import Person
    from connect.scenario.target import Target


def make(target: Target, chat: Chat) -> None:
    """Store a group chat and its members, as the first of them."""
    maker, members = chat.members[0], chat.members
    row = {"id": chat.id, "type": "group", "name": chat.name, "created_by": maker.id}
    if target.copied:
        _fit(target, row, members)
        return
    maker.api.add("chats", row)
    maker.api.add("chat_participants", *({"chat_id": chat.id, "user_id": member.id} for member in members))


def say(person: Person, chat: Chat, texts: list[str], columns: dict[str, Any]) -> list[Said]:
    """Send messages in one request, which stores them in this order. columns: further ones of each."""
    rows = (
        {
            "chat_id": chat.id,
            "sender_id": person.id,
            "message_text": text,
            "client_generated_id": str(uuid.uuid4()),
            **columns,
        }
        for text in texts
    )
    began = moment.now()
    person.api.insert("chat_messages", *rows)
    ended = moment.now()
    return [Said(chat.id, text, person.name, began, ended) for text in texts]


def remove(target: Target, chat: Chat) -> None:
    """Remove a chat that may exist. Raises AssertionError if a live project keeps it."""
    maker = chat.members[0]
    if maker.api.delete("chats", id=f"eq.{chat.id}") or not maker.api.select("chats", id=f"eq.{chat.id}"):
        return
    # Not every project lets its users delete a chat; what is on a stack is nobody's.
    if target.administrator is None:
        raise AssertionError(
            f"{maker.account.email} may not remove '{chat.name}', which the test created; remove it yourself"
        )


def _fit(target: Target, row: dict[str, Any], members: tuple[Person, ...]) -> None:
    """Make a chat in a copy of somebody's database, whose page may make one in another way."""
    import psycopg

    from connect import fitting

    assert target.administrator is not None, "a copy runs on a stack"
    with psycopg.connect(target.administrator, autocommit=True) as connection:
        fitting.chat(connection, row, [member.id for member in members])
