"""Every row of 004_validation.sql is able to say ✗ FAIL, and says it of the one thing that is wrong."""

import pytest

from connect.paths import VALIDATION
from connect.schema import SCHEMA, TABLES
from pgproof.scripts import migration

INDEXES = [name for _, name, index in SCHEMA.of_tables("indexes") if index.guide]
FUNCTIONS = {
    "assign_message_seq()": "DROP FUNCTION assign_message_seq() CASCADE",
    "get_latest_seq(uuid)": "DROP FUNCTION get_latest_seq(uuid)",
    "get_unread_count(uuid, uuid)": "DROP FUNCTION get_unread_count(uuid, uuid)",
    "mark_messages_as_delivered(uuid, uuid)": "DROP FUNCTION mark_messages_as_delivered(uuid, uuid)",
    "mark_messages_as_read(uuid, uuid)": (
        "DROP FUNCTION mark_messages_as_read(uuid, uuid);"
        "CREATE FUNCTION mark_messages_as_read(uuid, uuid) RETURNS void LANGUAGE sql AS ''"
    ),
}
# The row that must fail, by the defect that makes it fail.
DEFECTS = {
    "total messages": "DELETE FROM chat_messages WHERE seq = 61",
    "messages with seq": "UPDATE chat_messages SET seq = NULL WHERE seq = 61",
    "functions": FUNCTIONS["get_unread_count(uuid, uuid)"],
    "chat_participants.chat_id not null": "ALTER TABLE chat_participants ALTER chat_id DROP NOT NULL",
    "chat_participants.user_id not null": "ALTER TABLE chat_participants ALTER user_id DROP NOT NULL",
    **{f"function {signature}": defect for signature, defect in FUNCTIONS.items()},
    **{f"index {name}": f"DROP INDEX {name}" for name in INDEXES},
    "unique chat_participants_chat_id_user_id_key": (
        "ALTER TABLE chat_participants DROP CONSTRAINT chat_participants_chat_id_user_id_key"
    ),
    "trigger trg_assign_seq": "ALTER TABLE chat_messages DISABLE TRIGGER trg_assign_seq",
    "trigger trigger_update_chat_last_message_at": "DROP TRIGGER trigger_update_chat_last_message_at ON chat_messages",
    **{f"row-level security {table}": f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for table in TABLES},
    **{f"replica identity {table}": f"ALTER TABLE {table} REPLICA IDENTITY DEFAULT" for table in TABLES},
    **{f"published {table}": f"ALTER PUBLICATION supabase_realtime DROP TABLE {table}" for table in TABLES},
    "duplicate (chat_id, seq)": (
        "DROP INDEX uq_chat_messages_chat_id_seq;"
        "UPDATE chat_messages SET seq = 1 WHERE seq = 2 AND chat_id = (SELECT chat_id FROM chat_messages LIMIT 1)"
    ),
    "orphans": "SET LOCAL session_replication_role = replica; UPDATE attachments SET message_id = gen_random_uuid()",
    "foreign keys": "ALTER TABLE attachments DROP CONSTRAINT attachments_message_id_fkey",
}
# The same rows, by defects that leave the object's name in place.
SUBTLE = {
    "a trigger that never fires": (
        "trigger trg_assign_seq",
        "CREATE OR REPLACE TRIGGER trg_assign_seq BEFORE INSERT ON chat_messages FOR EACH ROW WHEN (false)"
        " EXECUTE FUNCTION assign_message_seq()",
    ),
    "a trigger that calls another function": (
        "trigger trg_assign_seq",
        "CREATE OR REPLACE TRIGGER trg_assign_seq BEFORE INSERT ON chat_messages FOR EACH ROW"
        " EXECUTE FUNCTION update_chat_last_message_at()",
    ),
    "a publication with a row filter": (
        "published chats",
        "ALTER PUBLICATION supabase_realtime DROP TABLE chats;"
        "ALTER PUBLICATION supabase_realtime ADD TABLE chats WHERE (type = 'group')",
    ),
    "a function with a second version": (
        "functions",
        "CREATE FUNCTION get_latest_seq(text) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'",
    ),
    "a foreign key to another table": (
        "foreign keys",
        "ALTER TABLE attachments DROP CONSTRAINT attachments_message_id_fkey,"
        " ADD CONSTRAINT attachments_message_id_fkey FOREIGN KEY (message_id) REFERENCES attachments NOT VALID;"
        "UPDATE pg_constraint SET convalidated = true WHERE conname = 'attachments_message_id_fkey'",
    ),
    "a foreign key that was never checked": (
        "foreign keys",
        "ALTER TABLE attachments DROP CONSTRAINT attachments_message_id_fkey,"
        " ADD FOREIGN KEY (message_id) REFERENCES chat_messages NOT VALID",
    ),
}
# What else the same defect breaks, and rightly so.
ALSO = {
    "functions": {"function get_unread_count(uuid, uuid)"},
    "duplicate (chat_id, seq)": {"index uq_chat_messages_chat_id_seq"},
    "function assign_message_seq()": {"functions", "trigger trg_assign_seq"},
    **{
        f"function {signature}": {"functions"}
        for signature in FUNCTIONS
        if signature.startswith(("get_", "mark_messages_as_d"))
    },
}
OTHER_INDEXES = [
    ("CREATE INDEX {name} ON chat_messages (created_at)", "other columns"),
    ("CREATE UNIQUE INDEX {name} ON chat_messages (id, chat_id, seq) WHERE false", "another predicate"),
]


@pytest.fixture
def failing(production, connect):
    """The rows that fail after a defect, as name and detail."""
    connection = connect(production)

    def judge(defect):
        connection.execute(b"BEGIN;" + defect.encode())
        rows = migration.apply(connection, VALIDATION).rows
        return {name: (status, actual) for name, status, _, actual, _ in rows if status == "✗ FAIL"}

    yield judge
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("check", DEFECTS)
def test_the_row_fails_by_its_defect(failing, check):
    """The defect makes this row fail, and no row that it does not touch."""
    assert set(failing(DEFECTS[check])) == {check, *ALSO.get(check, set())}


@pytest.mark.parametrize("defect", SUBTLE)
def test_a_row_looks_behind_the_name(failing, defect):
    """An object that is there, but is not what it should be, fails."""
    check, statements = SUBTLE[defect]
    assert set(failing(statements)) == {check}


def test_a_publication_of_inserts_alone_fails(failing):
    """Realtime needs updates and deletes as well."""
    found = failing("ALTER PUBLICATION supabase_realtime SET (publish = 'insert')")
    assert set(found) == {f"published {table}" for table in TABLES}


@pytest.mark.parametrize(("other", "why"), OTHER_INDEXES, ids=[why for _, why in OTHER_INDEXES])
@pytest.mark.parametrize("name", INDEXES)
def test_an_index_with_the_right_name_only_fails(failing, name, other, why):
    """An index counts by its definition, not by its name."""
    assert set(failing(f"DROP INDEX {name}; {other.format(name=name)}")) == {f"index {name}"}


def test_nothing_fails_without_a_defect(failing):
    """The defects above are what fails, not the database they are made in."""
    assert failing("SELECT") == {}


def test_foreign_key_may_have_another_name(failing):
    """A foreign key counts by what it refers to, and a further one is nobody's mistake."""
    renamed = "ALTER TABLE attachments RENAME CONSTRAINT attachments_message_id_fkey TO of_message"
    further = "ALTER TABLE chats ADD CONSTRAINT of_profile FOREIGN KEY (created_by) REFERENCES auth.users"
    assert failing(f"{renamed}; {further}") == {}


def test_more_messages_are_no_failure(failing):
    """A chat that is in use has more messages than the guide counted."""
    assert failing("INSERT INTO chat_messages (chat_id, sender_id) SELECT chat_id, sender_id FROM chat_messages") == {}


def test_expected_messages_can_be_told(failing):
    """Where another number is right, it can be said, and then counts."""
    assert failing("SET LOCAL connect.expected_messages = '184'") == {"total messages": ("✗ FAIL", "183")}
