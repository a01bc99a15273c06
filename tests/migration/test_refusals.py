"""A script that meets what it cannot handle changes nothing, and says what is in its way."""

import psycopg
import pytest

from harness import catalog, migration
from harness.environments import REPLICAS

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
    assert list(catalog.differences(before, catalog.read(prod))) == []


@pytest.mark.parametrize(
    ("script", "index"),
    [
        ("001_schema_alignment.sql", "idx_chat_messages_sender_id"),
        ("003_index_alignment.sql", "idx_chat_messages_reply_to"),
    ],
)
def test_an_index_of_that_name_with_other_columns_is_refused(templates, connect, script, index):
    """An index that only has the right name does not count as there."""
    environment, path = next((REPLICAS[name], path) for name, path in SCRIPTS if path.name == script)
    with templates.clone(environment, "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute(f"CREATE INDEX {index} ON chat_messages (created_at)")
        before = catalog.read(connection)
        with pytest.raises(psycopg.errors.RaiseException, match=index):
            migration.apply(connection, path)
        assert list(catalog.differences(before, catalog.read(connection))) == []


def test_002_refuses_without_the_other_functions(templates, connect):
    """002 verifies all five functions and takes itself back if one is missing."""
    with templates.clone(REPLICAS["staging"], "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute("DROP FUNCTION get_latest_seq(uuid)")
        before = catalog.read(connection)
        with pytest.raises(psycopg.errors.RaiseException, match=r"get_latest_seq\(uuid\)"):
            migration.apply(connection, REPLICAS["staging"].migrations[0])
        assert list(catalog.differences(before, catalog.read(connection))) == []


@pytest.mark.parametrize("script", [script for _, script in SCRIPTS], ids=lambda script: script.stem)
def test_a_script_does_not_wait_for_ever(templates, connect, script):
    """Behind a long transaction a script gives up within its lock_timeout, and changes nothing."""
    environment = next(REPLICAS[name] for name, path in SCRIPTS if path == script)
    with templates.clone(environment, "baseline") as conninfo:
        connection, other = connect(conninfo), connect(conninfo)
        before = catalog.read(connection)
        # The script's own limit is in its text; here we only need it to be reached.
        text = script.read_text()
        assert "SET LOCAL lock_timeout = '5s';" in text
        with other.transaction():
            other.execute("LOCK TABLE chat_messages, chat_participants IN ACCESS EXCLUSIVE MODE")
            other.execute("UPDATE pg_proc SET proname = proname WHERE proname = 'mark_messages_as_read'")
            with pytest.raises((psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled)):
                connection.execute(text.replace("'5s'", "'50ms'").encode())
        connection.execute("ROLLBACK")
        assert list(catalog.differences(before, catalog.read(connection))) == []
