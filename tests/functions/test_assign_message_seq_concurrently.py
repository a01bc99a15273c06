"""Senders of one chat take turns until they commit: seq order is commit order."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import psycopg
import pytest

SENDERS = 8
EACH = 50
INSERT = ord("I")


@pytest.fixture
def senders(chats):
    return [chats.member() for _ in range(SENDERS)]


@pytest.fixture
def crowded_chat(chats, senders):
    """A chat of all senders."""
    return chats.open(*senders)


@contextmanager
def commits(watcher):
    """Gives a function that lists the transactions that inserted, as they were committed.

    It asks the decoder that realtime reads from, which hands out whole transactions in commit order.
    """
    slot = f"commits_{watcher.info.backend_pid}"
    changes = """
        SELECT xid::text, get_byte(data, 0)
        FROM pg_logical_slot_get_binary_changes(
            %s, NULL, NULL, 'proto_version', '1', 'publication_names', 'supabase_realtime')"""

    def inserted():
        # Decoding stops at what is on disk; a synchronous commit puts all that was written before it there.
        with watcher.transaction():
            watcher.execute("SET LOCAL synchronous_commit = on")
            watcher.execute("SELECT pg_logical_emit_message(true, 'commits', 'end')")
        return [transaction for transaction, kind in watcher.execute(changes, [slot]).fetchall() if kind == INSERT]

    with watcher.transaction():
        # A new slot waits for every transaction of the server, and so for other tests.
        watcher.execute("SET LOCAL lock_timeout = 0")
        watcher.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput', temporary => true)", [slot])
    try:
        yield inserted
    finally:
        watcher.execute("SELECT pg_drop_replication_slot(%s)", [slot])


def send_many(sender, chat, start):
    start.wait()
    return [sender.send(chat).seq for _ in range(EACH)]


def test_eight_senders_at_once_leave_no_gap(chats, crowded_chat, senders):
    """8 × 50 messages at once become 1…400, none missing, none twice, and are committed in that order."""
    start = Barrier(SENDERS)
    with commits(chats.admin) as inserted:
        with ThreadPoolExecutor(SENDERS) as pool:
            sent = list(pool.map(lambda sender: send_many(sender, crowded_chat, start), senders))
        committed = inserted()
    assert sorted(seq for seqs in sent for seq in seqs) == list(range(1, SENDERS * EACH + 1))
    assert chats.seqs(crowded_chat) == list(range(1, SENDERS * EACH + 1))
    assert committed == chats.column(crowded_chat, "xmin::text")
    assert all(seqs == sorted(seqs) for seqs in sent)


def test_second_sender_waits_for_the_first_commit(chats, crowded_chat, senders):
    """A message gets its seq only when the one before it is committed."""
    first, second = senders[:2]
    first.begin()
    assert first.send(crowded_chat).seq == 1
    with chats.waiting(second, lambda: second.send(crowded_chat)) as later:
        assert chats.seqs(crowded_chat) == []
        first.commit()
        assert later.result().seq == 2


def test_second_sender_takes_the_seq_of_a_rollback(chats, crowded_chat, senders):
    """When the first sender gives up, the one who waited gets that seq: readers never see a gap."""
    first, second = senders[:2]
    first.begin()
    first.send(crowded_chat)
    with chats.waiting(second, lambda: second.send(crowded_chat)) as later:
        first.rollback()
        assert later.result().seq == 1
    assert chats.seqs(crowded_chat) == [1]


@pytest.mark.own_baseline
def test_explicit_seq_waits_as_well(chats, crowded_chat, senders):
    """An import into a chat takes its turn like any sender."""
    first = senders[0]
    importer = chats.service(first.id)
    first.begin()
    first.send(crowded_chat)
    with chats.waiting(importer, lambda: importer.send(crowded_chat, seq=7)) as later:
        first.commit()
        assert later.result().seq == 7


def test_chats_do_not_wait_for_each_other(chats, crowded_chat, senders):
    """An open transaction in one chat holds up no other chat."""
    first, second = senders[:2]
    other = chats.open(first, second)
    first.begin()
    first.send(crowded_chat)
    assert second.send(other).seq == 1
    first.commit()


def test_old_snapshot_is_refused(chats, crowded_chat, senders):
    """A sender whose snapshot is older than the chat's last message gets an error, never a seq that is taken."""
    first, second = senders[:2]
    first.send(crowded_chat)
    second.begin("REPEATABLE READ")
    first.send(crowded_chat)
    with pytest.raises(psycopg.errors.UniqueViolation, match="seq"):
        second.send(crowded_chat)
    second.rollback()
    assert second.send(crowded_chat).seq == 3
