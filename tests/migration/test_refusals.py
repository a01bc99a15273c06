"""A script that meets what it cannot handle changes nothing, and says what is in its way."""

import threading

import psycopg
import pytest

from connect.paths import VALIDATION
from connect.project import REPLICAS
from pgproof import catalog
from pgproof.catalog import differences
from pgproof.rehearsal import rows
from pgproof.scripts import migration
from pgproof.timing import eventually

# The cases are made from this repository's own baselines.
pytestmark = pytest.mark.own_baseline
SCRIPTS = [(name, script) for name, each in REPLICAS.items() for script in each.migrations]
LONE = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def prod(templates, connect):
    """A connection to production before its migration."""
    with templates.clone(REPLICAS["prod"], "baseline") as conninfo:
        yield connect(conninfo)


@pytest.mark.parametrize("column", ["chat_id", "user_id"])
def test_001_names_the_rows_without_a_key(prod, column):
    """A participant without chat or user is named by its id, and nothing is changed."""
    keys = {"chat_id": "(SELECT id FROM chats LIMIT 1)", "user_id": "(SELECT id FROM auth.users LIMIT 1)"}
    keys[column] = "NULL"
    prod.execute(f"INSERT INTO chat_participants (id, chat_id, user_id) VALUES ('{LONE}', {', '.join(keys.values())})")
    before = catalog.read(prod)
    with pytest.raises(psycopg.errors.NotNullViolation, match=rf"1 row\(s\).*{LONE}.*{column}=NULL") as refused:
        migration.apply(prod, SCRIPTS[0][1])
    assert refused.value.diag.message_hint.startswith("Nothing was changed.")
    assert list(differences.lines(before, catalog.read(prod))) == []


@pytest.mark.parametrize("other", ["created_at", "created_at, sender_id, reply_to_message_id"])
@pytest.mark.parametrize(
    ("script", "index"),
    [
        ("001_schema_alignment.sql", "idx_chat_messages_sender_id"),
        ("003_index_alignment.sql", "idx_chat_messages_reply_to"),
    ],
)
def test_an_index_of_that_name_with_other_columns_is_refused(templates, connect, script, index, other):
    """An index that only has the right name does not count as there."""
    environment, path = next((REPLICAS[name], path) for name, path in SCRIPTS if path.name == script)
    with templates.clone(environment, "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute(f"CREATE INDEX {index} ON chat_messages ({other})")
        before = catalog.read(connection)
        with pytest.raises(psycopg.errors.RaiseException, match=index):
            migration.apply(connection, path)
        assert list(differences.lines(before, catalog.read(connection))) == []


@pytest.mark.parametrize(
    ("name", "column", "index"),
    [
        ("prod", "sender_id", "idx_chat_messages_sender_id"),
        ("staging", "reply_to_message_id", "idx_chat_messages_reply_to"),
    ],
)
def test_a_unique_index_that_forbids_messages_does_not_count(templates, connect, name, column, index):
    """Where a unique index allows only one message of each sender, or one reply, the script adds its own beside it."""
    environment = REPLICAS[name]
    with templates.clone(environment, "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute("DELETE FROM chat_messages")
        connection.execute(f"CREATE UNIQUE INDEX forbids ON chat_messages ({column})")
        said = migration.apply(connection, environment.migrations[-1]).notices
        assert f"✓ Added {index} index" in said


def test_002_refuses_without_the_other_functions(templates, connect):
    """002 verifies all five functions and takes itself back if one is missing."""
    with templates.clone(REPLICAS["staging"], "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute("DROP FUNCTION get_latest_seq(uuid)")
        before = catalog.read(connection)
        with pytest.raises(psycopg.errors.RaiseException, match=r"get_latest_seq\(uuid\)"):
            migration.apply(connection, REPLICAS["staging"].migrations[0])
        assert list(differences.lines(before, catalog.read(connection))) == []


@pytest.mark.parametrize("script", [script for _, script in SCRIPTS], ids=lambda script: script.stem)
def test_a_script_does_not_wait_for_ever(templates, connect, script):
    """Behind a long transaction a script gives up within its lock_timeout, and changes nothing."""
    environment = next(REPLICAS[name] for name, path in SCRIPTS if path == script)
    with templates.clone(environment, "baseline") as conninfo:
        connection, other = connect(conninfo), connect(conninfo)
        before = catalog.read(connection)
        text = script.read_text()
        assert "SET LOCAL lock_timeout = '500ms';" in text
        with other.transaction():
            other.execute("LOCK TABLE chat_messages, chat_participants IN ACCESS EXCLUSIVE MODE")
            other.execute("UPDATE pg_proc SET proname = proname WHERE proname = 'mark_messages_as_read'")
            with pytest.raises((psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)):
                connection.execute(text.encode())
        connection.execute("ROLLBACK")
        assert list(differences.lines(before, catalog.read(connection))) == []


def test_001_never_makes_a_sender_fail(prod, connect):
    """While messages wait for each other's commit 001 may give up, but no message is lost to a deadlock with it."""
    conninfo = f"host={prod.info.host} user=postgres dbname={prod.info.dbname}"
    chat, sender = prod.execute("SELECT chat_id, sender_id FROM chat_messages LIMIT 1").fetchone()
    insert = f"INSERT INTO chat_messages (chat_id, sender_id) VALUES ('{chat}', '{sender}')"
    first, waiting, watcher = connect(conninfo), connect(conninfo), connect(conninfo)
    failures = []

    def attempt(connection, work):
        try:
            work(connection)
        except psycopg.Error as error:
            failures.append(type(error))

    first.execute("BEGIN")
    first.execute(insert)
    threads = [
        threading.Thread(target=attempt, args=(waiting, lambda connection: connection.execute(insert))),
        threading.Thread(target=attempt, args=(prod, lambda connection: migration.apply(connection, SCRIPTS[0][1]))),
    ]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        assert eventually(lambda number=number: blocked(watcher) >= number or not threads[1].is_alive())
    # Longer than a deadlock takes to be found, if there is one.
    threads[1].join(10)
    first.execute("COMMIT")
    threads[0].join(10)
    assert failures in ([], [psycopg.errors.LockNotAvailable])
    assert watcher.execute("SELECT max(seq) - 61 FROM chat_messages WHERE chat_id = %s", [chat]).fetchone() == (2,)


def blocked(connection):
    """How many sessions of this database wait for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return connection.execute(waiting).fetchone()[0]


def test_duplicate_seq_is_left_alone_and_named(prod):
    """With two messages of one seq, 001 touches neither of them, and 004 says which chat and seq it is."""
    prod.execute("DROP INDEX uq_chat_messages_chat_id_seq")
    prod.execute(
        "UPDATE chat_messages SET seq = 1 WHERE seq = 2 AND chat_id = (SELECT id FROM chats WHERE name = 'Launch team')"
    )
    before = rows.fingerprint(prod)
    migration.apply(prod, SCRIPTS[0][1])
    assert rows.fingerprint(prod) == before
    failed = {
        check: detail for check, status, *_, detail in migration.apply(prod, VALIDATION).rows if status == "✗ FAIL"
    }
    assert set(failed) == {"duplicate (chat_id, seq)", "index uq_chat_messages_chat_id_seq"}
    (chat,) = prod.execute("SELECT id FROM chats WHERE name = 'Launch team'").fetchone()
    assert failed["duplicate (chat_id, seq)"] == f"more than one message has: chat {chat} seq 1"
