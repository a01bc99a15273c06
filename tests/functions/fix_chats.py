"""Chats and the people in them; each acts over a connection of their own, with the role and claims PostgREST sets."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pgproof.filling import Filler
from pgproof.timing import eventually, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from datetime import datetime

    import psycopg

    Connect = Callable[[str], psycopg.Connection[Any]]

_BECOME = "SELECT set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"


class Message(NamedTuple):
    """A message as the insert returned it."""

    id: Any
    seq: int
    status: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Member:
    """A user at one device. Each call is a transaction of its own, as over HTTP, unless begin() opened one."""

    connection: psycopg.Connection[Any]
    id: Any
    role: str = "authenticated"

    def begin(self, isolation: str = "READ COMMITTED") -> None:
        """Open a transaction that stays open; its snapshot, if it keeps one, is taken here."""
        self.connection.execute(f"BEGIN ISOLATION LEVEL {isolation}")
        self._become()

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def rollback(self) -> None:
        self.connection.execute("ROLLBACK")

    @contextmanager
    def acting(self) -> Iterator[psycopg.Connection[Any]]:
        """The connection with this user's rights, in the open transaction or in one for this call."""
        if self.connection.info.transaction_status.name != "IDLE":
            yield self.connection
            return
        with self.connection.transaction():
            self._become()
            yield self.connection

    def query(self, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows that this user gets."""
        with self.acting() as connection:
            return connection.execute(query, parameters).fetchall()

    def call(self, function: str, **arguments: Any) -> list[tuple[Any, ...]]:
        """The rows of one of the functions, called by argument names, as PostgREST does."""
        named = ", ".join(f"{name} => %({name})s" for name in arguments)
        return self.query(f"SELECT * FROM public.{function}({named})", arguments)

    def send(self, chat: Any, **columns: Any) -> Message:
        values = {"chat_id": chat, "sender_id": self.id, "message_text": "hello", **columns}
        names, places = ", ".join(values), ", ".join(f"%({name})s" for name in values)
        returned = ", ".join(Message._fields)
        insert = f"INSERT INTO public.chat_messages ({names}) VALUES ({places}) RETURNING {returned}"
        return Message(*self.query(insert, values)[0])

    def delete(self, message: Any, deleted: bool = True) -> int:
        """How many messages were deleted, or brought back."""
        stamp = "now()" if deleted else "NULL"
        change = f"UPDATE public.chat_messages SET deleted_at = {stamp} WHERE id = %(id)s RETURNING id"
        return len(self.query(change, {"id": message}))

    def read(self, chat: Any) -> int:
        return int(self.call("mark_messages_as_read", p_chat_id=chat, p_user_id=self.id)[0][0])

    def deliver(self, chat: Any) -> int:
        return int(self.call("mark_messages_as_delivered", p_chat_id=chat, p_receiver_id=self.id)[0][0])

    def unread(self, chat: Any) -> int:
        return int(self.call("get_unread_count", p_chat_id=chat, p_user_id=self.id)[0][0])

    def latest(self, chat: Any) -> int:
        return int(self.call("get_latest_seq", p_chat_id=chat)[0][0])

    def seen(self, chat: Any) -> list[int]:
        """The seqs that an open chat shows."""
        shown = "SELECT seq FROM public.chat_messages WHERE chat_id = %(chat)s AND deleted_at IS NULL ORDER BY seq"
        return [seq for (seq,) in self.query(shown, {"chat": chat})]

    def listed(self) -> list[Any]:
        """The chats as the page /chat lists them."""
        page = """
            SELECT c.id FROM public.chats c JOIN public.chat_participants p ON p.chat_id = c.id
            WHERE p.user_id = %(user)s ORDER BY c.last_message_at DESC NULLS LAST, c.id"""
        return [chat for (chat,) in self.query(page, {"user": self.id})]

    def _become(self) -> None:
        claims = {"role": self.role} | ({"sub": str(self.id)} if self.role == "authenticated" else {})
        self.connection.execute(_BECOME, [self.role, json.dumps(claims)])


class Chats:
    """One database to chat in. admin: a session that no policy applies to."""

    def __init__(self, conninfo: str, connect: Connect) -> None:
        self._conninfo = conninfo
        self._connect = connect
        self.admin = self._session()
        # Another project's tables may ask for more than the guide's columns.
        self._filler = Filler(self.admin)

    def _session(self) -> psycopg.Connection[Any]:
        connection = self._connect(self._conninfo)
        # A call that blocks where it should not fails with words instead of hanging.
        connection.execute(f"SET lock_timeout = {round(5000 * unit())}")
        return connection

    def member(self, user: Any = None) -> Member:
        """A new user, or another device of one."""
        if user is None:
            new = (
                "INSERT INTO auth.users (id, email, raw_user_meta_data) VALUES (gen_random_uuid(), %s, %s) RETURNING id"
            )
            user = self._one(new, f"{uuid.uuid4()}@example.com", '{"name": "Sample Person"}')
            self._filler.refer("public.chat_messages", {"sender_id": user})
        return Member(self._session(), user)

    def service(self, sender: Any = None) -> Member:
        """The service role; what it sends is from the given user."""
        return Member(self._session(), sender, "service_role")

    def open(self, *members: Member) -> Any:
        """A new chat of these members, the first of whom made it."""
        chat = self._filler.insert("public.chats", {"type": "group", "created_by": members[0].id})["id"]
        for member in members:
            self.join(chat, member)
        return chat

    def join(self, chat: Any, member: Member) -> None:
        self._filler.insert("public.chat_participants", {"chat_id": chat, "user_id": member.id})

    def leave(self, chat: Any, member: Member) -> None:
        self.admin.execute(
            "DELETE FROM public.chat_participants WHERE chat_id = %s AND user_id = %s", [chat, member.id]
        )

    def column(self, chat: Any, column: str) -> list[Any]:
        """One column of a chat's messages, in seq order."""
        found = f"SELECT {column} FROM public.chat_messages WHERE chat_id = %s ORDER BY seq"
        return [value for (value,) in self.admin.execute(found, [chat])]

    def seqs(self, chat: Any) -> list[int]:
        return self.column(chat, "seq")

    def statuses(self, chat: Any) -> list[str]:
        return self.column(chat, "status")

    def last_read(self, chat: Any, member: Member) -> datetime | None:
        found = "SELECT last_read_at FROM public.chat_participants WHERE chat_id = %s AND user_id = %s"
        stamp: datetime | None = self._one(found, chat, member.id)
        return stamp

    def set_clock_back(self, chat: Any) -> None:
        """What the chat holds has the times of a clock that was an hour ahead; from here on only seq can tell."""
        for table, column in (("chat_messages", "created_at"), ("chat_participants", "last_read_at")):
            later = f"UPDATE public.{table} SET {column} = {column} + interval '1 hour' WHERE chat_id = %s"
            self.admin.execute(later, [chat])

    @contextmanager
    def waiting(self, member: Member, call: Callable[[], Any]) -> Iterator[Future[Any]]:
        """Run the call on another thread; enters when it waits for a lock. Let go of the lock inside."""
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(call)
            assert eventually(lambda: future.done() or self.is_blocked(member)), "neither done nor waiting for a lock"
            if future.done():
                raise AssertionError(f"did not wait for a lock, but ended with {future.exception() or future.result()}")
            yield future

    def is_blocked(self, member: Member) -> bool:
        """Whether a member's session waits for a lock."""
        pid = member.connection.info.backend_pid
        return bool(self._one("SELECT cardinality(pg_blocking_pids(%s)) > 0", pid))

    def _one(self, query: str, *parameters: Any) -> Any:
        row = self.admin.execute(query, parameters).fetchone()
        return None if row is None else row[0]


@pytest.fixture
def chats(aligned: str, connect: Connect) -> Chats:
    """Chats in an environment after its migrations, in a database of the test's own."""
    return Chats(aligned, connect)


@pytest.fixture
def ana(chats: Chats) -> Member:
    return chats.member()


@pytest.fixture
def ben(chats: Chats) -> Member:
    return chats.member()


@pytest.fixture
def sender(chats: Chats) -> Member:
    """Somebody who sends, in a chat that the test opens."""
    return chats.member()


@pytest.fixture
def reader(chats: Chats) -> Member:
    """Somebody who reads what the sender sent."""
    return chats.member()


@pytest.fixture
def chat(chats: Chats, ana: Member, ben: Member) -> Any:
    """A chat of Ana, who made it, and Ben."""
    return chats.open(ana, ben)
