"""Live traffic on a database: people who send and read without pause, and how long each had to wait.

Where the messaging tables are, a send is an insert of a message with its client_generated_id, and a read is the newest
messages of a chat. Anywhere else a send and a read are the locks that an insert and a select of a table would take.
"""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from harness.errors import Refusal
from harness.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from harness.rehearsal.workshop import Database

    Act = Callable[[psycopg.Connection[Any]], str | None]

# Who could send: members of chats.
_MEMBERS = """
SELECT p.chat_id, p.user_id FROM public.chat_participants p
WHERE p.chat_id IS NOT NULL AND p.user_id IS NOT NULL ORDER BY p.id LIMIT 20
"""
_SEND = """
INSERT INTO public.chat_messages (chat_id, sender_id, message_text, client_generated_id) VALUES (%s, %s, %s, %s)
"""
_READ = "SELECT id FROM public.chat_messages WHERE chat_id = %s AND deleted_at IS NULL ORDER BY seq DESC LIMIT 50"
# A person is not a benchmark; this many seconds pass between two sends of one sender.
_PAUSE = 0.002


@dataclass
class Person:
    """One session that does the same thing over and over. spans: when each began and ended. done: what it returned.

    errors: what else it met. deadlocks: how often it was ended because somebody waited for it as it waited for them.
    """

    act: Act
    sends: bool
    spans: list[tuple[float, float]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    deadlocks: int = 0

    def work(self, connection: psycopg.Connection[Any], stop: threading.Event) -> None:
        """Until told to stop. An error is noted, and the next attempt made."""
        while not stop.wait(_PAUSE):
            begun = time.monotonic()
            try:
                result = self.act(connection)
                if result is not None:
                    self.done.append(result)
            except psycopg.errors.DeadlockDetected:
                self.deadlocks += 1
            except psycopg.Error as error:
                self.errors.append((error.diag.message_primary or str(error)).splitlines()[0])
                if connection.closed:
                    return
            self.spans.append((begun, time.monotonic()))

    def longest(self, begun: float, ended: float) -> float:
        """The longest that it waited within this time, in milliseconds."""
        return max((b - a for a, b in self.spans if b > begun and a < ended), default=0.0) * 1000


def messaging(connection: psycopg.Connection[Any]) -> list[Person]:
    """Two who send and one who reads; nobody where there is no chat to send to."""
    exists = connection.execute("SELECT to_regclass('public.chat_messages'), to_regclass('public.chat_participants')")
    if None in (exists.fetchone() or (None,)):
        return []
    try:
        members = connection.execute(_MEMBERS).fetchall()
    except psycopg.Error:
        return []
    if not members:
        return []

    def send(place: int) -> Act:
        chat, sender = members[place % len(members)]

        def act(session: psycopg.Connection[Any]) -> str:
            key = str(uuid.uuid4())
            session.execute(_SEND, [chat, sender, "sent during the migration", key])
            return key

        return act

    def read(session: psycopg.Connection[Any]) -> None:
        session.execute(_READ, [members[0][0]]).fetchall()

    # Of two chats: senders of one wait for each other.
    return [Person(send(0), sends=True), Person(send(len(members) - 1), sends=True), Person(read, sends=False)]


def on_tables(tables: Sequence[str]) -> list[Person]:
    """One who would write and one who would read, for each table."""

    def lock(table: str, mode: str) -> Act:
        query = sql.SQL("LOCK TABLE {} IN " + mode + " MODE").format(sql.Identifier(*table.split(".", 1)))

        def act(session: psycopg.Connection[Any]) -> None:
            with session.transaction():
                session.execute(query)

        return act

    modes = (("ROW EXCLUSIVE", True), ("ACCESS SHARE", False))
    return [Person(lock(table, mode), sends) for table in tables for mode, sends in modes]


@contextmanager
def flowing(database: Database, people: Sequence[Person]) -> Iterator[None]:
    """Everybody is at work when this is entered, and has done something after its body when it is left."""
    stop = threading.Event()
    connections = [psycopg.connect(database.conninfo, autocommit=True) for _ in people]
    threads = [
        threading.Thread(target=person.work, args=(connection, stop), daemon=True)
        for person, connection in zip(people, connections, strict=True)
    ]
    for thread in threads:
        thread.start()

    def everybody(number: int, since: float = 0.0) -> bool:
        return all(
            sum(a >= since for a, _ in person.spans) >= number or not thread.is_alive()
            for person, thread in zip(people, threads, strict=True)
        )

    try:
        if not eventually(lambda: everybody(20)):
            raise Refusal("the traffic did not get going; set CONNECT_TIME_UNIT above 1 on a slow machine")
        yield
        ended = time.monotonic()
        if not eventually(lambda: everybody(3, ended), 30):
            raise Refusal("the traffic did not go on after a script; set CONNECT_TIME_UNIT above 1 on a slow machine")
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        for connection in connections:
            connection.close()
