"""Calls at the same time, made to meet half-way: which of them deadlock, as the server itself reports it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from threading import Barrier
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest

from pgproof.timing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from tests.functions.fix_chats import Chats, Member

CALLS = ("send", "read", "deliver")
# By what a session holds for the others to queue up at: a row that a call may need, besides those of its own.
HELD = {
    "the chat": "SELECT 1 FROM public.chats WHERE id = %(chat)s FOR NO KEY UPDATE",
    "who calls first": "SELECT 1 FROM public.chat_participants WHERE chat_id = %(chat)s AND user_id = %(first)s"
    " FOR NO KEY UPDATE",
    "who calls second": "SELECT 1 FROM public.chat_participants WHERE chat_id = %(chat)s AND user_id = %(second)s"
    " FOR NO KEY UPDATE",
    "the oldest message": "SELECT 1 FROM public.chat_messages WHERE chat_id = %(chat)s AND seq = 1 FOR NO KEY UPDATE",
    "the newest message": "SELECT 1 FROM public.chat_messages WHERE chat_id = %(chat)s AND seq = 2 FOR NO KEY UPDATE",
}


class Meeting(NamedTuple):
    """Two calls of two members of a chat, and what a third session holds until both wait or are done."""

    first: str
    second: str
    held: str


MEETINGS = [Meeting(*each) for each in product(CALLS, CALLS, HELD)]


@pytest.fixture
def errors_of(chats: Chats) -> Callable[[Meeting], list[str]]:
    """Makes two calls meet in a new chat, and returns what the server says of those that fail.

    Who waits first for what is held gets it first, and then needs what the other one got hold of on the way there: if
    there are two orders of locking, this is a deadlock, each time.
    """

    def meet(meeting: Meeting) -> list[str]:
        sender, ana, ben = (chats.member() for _ in range(3))
        chat = chats.open(sender, ana, ben)
        for _ in range(2):
            sender.send(chat)
        chats.admin.execute("BEGIN")
        chats.admin.execute(HELD[meeting.held], {"chat": chat, "first": ana.id, "second": ben.id})
        with _started(chats, ana, meeting.first, chat) as one, _started(chats, ben, meeting.second, chat) as other:
            chats.admin.execute("ROLLBACK")
            found = [_error_of(one, meeting.first), _error_of(other, meeting.second)]
        return [each for each in found if each]

    return meet


@pytest.fixture
def errors_in_turns(chats: Chats) -> Callable[[Sequence[Member], Sequence[Any], int], list[str]]:
    """Lets each member send, read and deliver in all chats, in an order of their own; returns what failed."""

    def run(members: Sequence[Member], opened: Sequence[Any], rounds: int) -> list[str]:
        start = Barrier(len(members))

        def act(number: int) -> list[str]:
            # Half of them go through the chats backwards; no two begin at the same one with the same call.
            turned = [*opened[number % len(opened) :], *opened[: number % len(opened)]]
            order = turned if number % 2 else turned[::-1]
            calls = [*CALLS[number % len(CALLS) :], *CALLS[: number % len(CALLS)]]
            found = []
            start.wait()
            for _, chat, call in product(range(rounds), order, calls):
                try:
                    getattr(members[number], call)(chat)
                except psycopg.Error as error:
                    found.append(_said(error, call))
            return found

        with ThreadPoolExecutor(len(members)) as pool:
            return sorted({said for found in pool.map(act, range(len(members))) for said in found})

    return run


@contextmanager
def _started(chats: Chats, member: Member, call: str, chat: Any) -> Iterator[Future[Any]]:
    """Start a call on another thread, and go on when it waits for a lock or is done."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(getattr(member, call), chat)
        assert eventually(lambda: future.done() or chats.is_blocked(member)), "neither done nor waiting for a lock"
        yield future


def _error_of(future: Future[Any], call: str) -> str | None:
    error = future.exception()
    if error is None:
        return None
    if not isinstance(error, psycopg.Error):
        raise error
    return _said(error, call)


def _said(error: psycopg.Error, call: str) -> str:
    """Return the server's own words: what failed, who waited for whom, and at which statement of which function."""
    said = (error.diag.message_primary, error.diag.message_detail, error.diag.context)
    return "\n    ".join([f"{call}: {error.sqlstate}", *(line for part in said if part for line in part.splitlines())])
