"""Every row of 004_validation.sql is able to say ✗ FAIL, and says it of the one thing that is wrong."""

import pytest

from connect.guide import columns, events, functions, indexes, running
from connect.paths import VALIDATION
from connect.schema import SCHEMA, TABLES
from pgproof import catalog
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
# A table in parts, of which one is elsewhere.
_PARTITIONED = (
    "DROP TABLE attachments CASCADE; CREATE TABLE attachments (id uuid PRIMARY KEY) PARTITION BY HASH (id);"
    "CREATE TABLE attachments_0 PARTITION OF attachments FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
    'CREATE SCHEMA parts; CREATE TABLE parts."One" PARTITION OF attachments FOR VALUES WITH (MODULUS 2, REMAINDER 1);'
    "ALTER TABLE attachments ENABLE ROW LEVEL SECURITY; ALTER TABLE attachments REPLICA IDENTITY FULL;"
    "ALTER PUBLICATION supabase_realtime ADD TABLE attachments;"
)
_WHOLE = 'ALTER TABLE attachments_0 REPLICA IDENTITY FULL; ALTER TABLE parts."One" REPLICA IDENTITY FULL;'
_BY_ROOT = "ALTER PUBLICATION supabase_realtime SET (publish_via_partition_root = true);"
# The row that must fail, by the defect that makes it fail.
DEFECTS = {
    "total messages": "DELETE FROM chat_messages WHERE seq = 61",
    "messages with seq": "UPDATE chat_messages SET seq = NULL WHERE seq = 61",
    "columns": "ALTER TABLE chat_messages DROP COLUMN media_urls",
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
    "orphans": "SET LOCAL session_replication_role = replica; UPDATE chat_messages SET chat_id = gen_random_uuid()",
    "foreign keys": "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_chat_id_fkey",
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
    "a trigger for some messages only": (
        "trigger trg_assign_seq",
        "CREATE OR REPLACE TRIGGER trg_assign_seq BEFORE INSERT ON chat_messages FOR EACH ROW"
        " WHEN (new.message_type = 'text') EXECUTE FUNCTION assign_message_seq()",
    ),
    "a trigger that is disabled": (
        "trigger trg_assign_seq",
        "ALTER TABLE chat_messages DISABLE TRIGGER trg_assign_seq",
    ),
    "a trigger for each statement": (
        "trigger trg_assign_seq",
        "DROP TRIGGER trg_assign_seq ON chat_messages;"
        "CREATE TRIGGER trg_assign_seq BEFORE INSERT ON chat_messages EXECUTE FUNCTION assign_message_seq()",
    ),
    "a trigger after the row": (
        "trigger trg_assign_seq",
        "CREATE OR REPLACE TRIGGER trg_assign_seq AFTER INSERT ON chat_messages FOR EACH ROW"
        " EXECUTE FUNCTION assign_message_seq()",
    ),
    "a column of another type": ("columns", "ALTER TABLE chat_messages ALTER created_at TYPE timestamp"),
    "a text that is no text": (
        "columns",
        "ALTER TABLE chat_messages ALTER message_text TYPE jsonb USING to_jsonb(message_text)",
    ),
    "a domain of what is no text": (
        "columns",
        "CREATE DOMAIN numbers AS bigint; ALTER TABLE chat_messages DROP COLUMN message_text CASCADE,"
        " ADD message_text numbers",
    ),
    "a list of texts that is none": (
        "columns",
        "ALTER TABLE chat_messages ALTER media_urls DROP DEFAULT,"
        " ALTER media_urls TYPE jsonb USING to_jsonb(media_urls)",
    ),
    "a publication of some columns": (
        "published chats",
        "ALTER PUBLICATION supabase_realtime DROP TABLE chats;"
        "ALTER PUBLICATION supabase_realtime ADD TABLE chats (id, name)",
    ),
    "a participant that is unique only where there is a role": (
        "unique chat_participants_chat_id_user_id_key",
        "ALTER TABLE chat_participants DROP CONSTRAINT chat_participants_chat_id_user_id_key;"
        "CREATE UNIQUE INDEX ON chat_participants (chat_id, user_id) WHERE last_read_at IS NOT NULL",
    ),
    "a function that may not write": (
        "function mark_messages_as_read(uuid, uuid)",
        "ALTER FUNCTION mark_messages_as_read(uuid, uuid) STABLE",
    ),
    "partitions that have a replica identity of their own": (
        "replica identity attachments",
        _PARTITIONED + _BY_ROOT,
    ),
    "a table that is published by its partitions": ("published attachments", _PARTITIONED + _WHOLE),
    "a publication with a row filter": (
        "published chats",
        "ALTER PUBLICATION supabase_realtime DROP TABLE chats;"
        "ALTER PUBLICATION supabase_realtime ADD TABLE chats WHERE (type = 'group')",
    ),
    "a function with a second version": (
        "functions",
        "CREATE FUNCTION get_latest_seq(p_chat_id text) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'",
    ),
    "a function with a version that takes one argument more": (
        "functions",
        "CREATE FUNCTION get_latest_seq(uuid, boolean DEFAULT true) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'",
    ),
    "a foreign key to another table": (
        "foreign keys",
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_chat_id_fkey,"
        " ADD CONSTRAINT chat_messages_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES attachments NOT VALID;"
        "UPDATE pg_constraint SET convalidated = true WHERE conname = 'chat_messages_chat_id_fkey'",
    ),
    "a foreign key of several columns that is not asked of every row": (
        "foreign keys",
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_reply_to_message_id_fkey, ADD COLUMN tenant int,"
        " ADD UNIQUE (tenant, id), ADD FOREIGN KEY (tenant, reply_to_message_id) REFERENCES chat_messages (tenant, id)",
    ),
    "a foreign key to another column": (
        "foreign keys",
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_reply_to_message_id_fkey,"
        " ADD COLUMN number uuid UNIQUE DEFAULT gen_random_uuid();"
        "UPDATE chat_messages SET reply_to_message_id = NULL;"
        "ALTER TABLE chat_messages ADD FOREIGN KEY (reply_to_message_id) REFERENCES chat_messages (number)",
    ),
    "a sender that is a chat": (
        "foreign keys",
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_sender_id_fkey,"
        " ADD FOREIGN KEY (sender_id) REFERENCES chats NOT VALID;"
        "UPDATE pg_constraint SET convalidated = true WHERE conname = 'chat_messages_sender_id_fkey'",
    ),
    "a foreign key that is switched off": (
        "foreign keys",
        "ALTER TABLE chat_messages DISABLE TRIGGER ALL; ALTER TABLE chat_messages ENABLE TRIGGER USER",
    ),
    "a foreign key that was never checked": (
        "foreign keys",
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_chat_id_fkey,"
        " ADD FOREIGN KEY (chat_id) REFERENCES chats NOT VALID",
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
# What is there in real projects, and breaks nothing.
ORDINARY = {
    "a foreign key has another name, and there is a further one": (
        "ALTER TABLE chat_messages RENAME CONSTRAINT chat_messages_chat_id_fkey TO of_chat;"
        "ALTER TABLE chats ADD CONSTRAINT of_profile FOREIGN KEY (created_by) REFERENCES auth.users"
    ),
    "the sender is a profile": (
        "CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users);"
        "INSERT INTO profiles SELECT id FROM auth.users;"
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_sender_id_fkey,"
        " ADD FOREIGN KEY (sender_id) REFERENCES profiles"
    ),
    "the sender is in a table whose name needs quotes": (
        'CREATE TABLE "User" ("Id" uuid PRIMARY KEY); INSERT INTO "User" SELECT id FROM auth.users;'
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_sender_id_fkey,"
        ' ADD FOREIGN KEY (sender_id) REFERENCES "User"'
    ),
    "a reply is kept within its chat": (
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_reply_to_message_id_fkey, ADD UNIQUE (chat_id, id),"
        " ADD FOREIGN KEY (chat_id, reply_to_message_id) REFERENCES chat_messages (chat_id, id)"
    ),
    "a sender takes part": (
        "INSERT INTO chat_participants (chat_id, user_id) SELECT DISTINCT chat_id, sender_id FROM chat_messages"
        " ON CONFLICT DO NOTHING; ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_sender_id_fkey,"
        " ADD FOREIGN KEY (chat_id, sender_id) REFERENCES chat_participants (chat_id, user_id)"
    ),
    "a foreign key of several columns is asked of every row": (
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_chat_id_fkey, ADD COLUMN tenant int;"
        "ALTER TABLE chats ADD COLUMN tenant int DEFAULT 1, ADD UNIQUE (tenant, id);"
        "UPDATE chat_messages SET tenant = 1;"
        "ALTER TABLE chat_messages ADD FOREIGN KEY (tenant, chat_id) REFERENCES chats (tenant, id) MATCH FULL"
    ),
    "an index has another name and one column more": (
        "DROP INDEX idx_chat_messages_sender_id; CREATE INDEX ON chat_messages (sender_id, created_at)"
    ),
    "an index leaves out messages that reply to nothing": (
        "DROP INDEX idx_chat_messages_reply_to;"
        "CREATE INDEX ON chat_messages (reply_to_message_id) WHERE reply_to_message_id IS NOT NULL"
    ),
    "an index has NULLs last, and there are several on the same columns": (
        "DROP INDEX idx_chat_messages_chat_id_seq_desc; CREATE INDEX ON chat_messages (chat_id, seq DESC NULLS LAST);"
        "CREATE INDEX ON chat_messages (chat_id, seq)"
    ),
    "texts are limited or enums": (
        "DROP INDEX idx_chat_messages_status;"
        "ALTER TABLE chat_messages DROP CONSTRAINT chat_messages_status_check, ALTER status DROP DEFAULT;"
        "CREATE SCHEMA kinds; CREATE TYPE kinds.message_status AS ENUM ('sent', 'delivered', 'read');"
        "ALTER TABLE chat_messages ALTER status TYPE kinds.message_status USING status::kinds.message_status,"
        " ALTER message_type TYPE varchar(20);"
        "CREATE INDEX ON chat_messages (chat_id, status) WHERE deleted_at IS NULL AND status <> 'read'"
    ),
    "a participant is unique by an index": (
        "ALTER TABLE chat_participants DROP CONSTRAINT chat_participants_chat_id_user_id_key;"
        "CREATE UNIQUE INDEX once ON chat_participants (user_id, chat_id)"
    ),
    "a function has another version that no call could mean": (
        "CREATE FUNCTION get_latest_seq(p_name text) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'"
    ),
    "the list is moved by a trigger of another name": (
        "ALTER TRIGGER trigger_update_chat_last_message_at ON chat_messages RENAME TO bump_chat"
    ),
    "the trigger's condition says more than that there is no seq": (
        "DROP TRIGGER trg_assign_seq ON chat_messages; CREATE TRIGGER seq BEFORE INSERT ON chat_messages FOR EACH ROW"
        " WHEN (NEW.seq IS NULL OR NEW.status IS NULL) EXECUTE FUNCTION assign_message_seq()"
    ),
    "the trigger has another name, and leaves alone what has a seq": (
        "DROP TRIGGER trg_assign_seq ON chat_messages;"
        "CREATE TRIGGER numbered BEFORE INSERT ON chat_messages FOR EACH ROW"
        " WHEN (new.seq IS NULL) EXECUTE FUNCTION assign_message_seq()"
    ),
    "a table has partitions": _PARTITIONED + _WHOLE + _BY_ROOT,
    "triggers and foreign keys fire in every session": (
        "UPDATE pg_trigger SET tgenabled = 'A' WHERE tgrelid = 'chat_messages'::regclass"
    ),
    "attachments have other columns": (
        "ALTER TABLE attachments DROP COLUMN message_id CASCADE, ADD COLUMN storage_path text"
    ),
    "there are more messages": (
        "INSERT INTO chat_messages (chat_id, sender_id) SELECT chat_id, sender_id FROM chat_messages"
    ),
}


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


def test_a_trigger_that_is_disabled_is_to_be_enabled(production, connect):
    """What is there and does not fire needs no second trigger."""
    connection = connect(production)
    connection.execute(b"BEGIN; ALTER TABLE chat_messages DISABLE TRIGGER trg_assign_seq")
    details = {row[0]: row[-1] for row in migration.apply(connection, VALIDATION).rows}
    connection.execute("ROLLBACK")
    assert details["trigger trg_assign_seq"] == "ALTER TABLE public.chat_messages ENABLE TRIGGER trg_assign_seq"


def test_what_is_to_do_of_partitions_mends_them(production, connect):
    """Each partition is named with its statement, and the table's name is published by a setting of the publication."""
    connection = connect(production)
    connection.execute(b"BEGIN;" + _PARTITIONED.encode())
    rows = {row[0]: row for row in migration.apply(connection, VALIDATION).rows}
    identity, published = rows["replica identity attachments"], rows["published attachments"]
    assert identity[3] == "FULL, not FULL in 2 partitions"
    assert published[3] == "only its partitions, under their own names"
    connection.execute("SET LOCAL search_path = pg_catalog")
    found = catalog.read(connection)
    _, to_do = events.replica_identity(found, "attachments")
    # The same statements, whatever their order.
    assert {f"{each};" for each in identity[4].split("; ")} == {f"{each};" for each in to_do.rstrip(";").split("; ")}
    assert f"{published[4]};" == events.publishing(found, "attachments")
    connection.execute(f"{identity[4]}; {published[4]}; SET LOCAL search_path = public, extensions".encode())
    assert {row[1] for row in migration.apply(connection, VALIDATION).rows} == {"✓ PASS"}
    connection.execute("ROLLBACK")


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


@pytest.mark.parametrize("what", ORDINARY)
def test_what_is_ordinary_does_not_fail(failing, what):
    """Where a project differs in what the guide does not name, nothing fails."""
    assert failing(ORDINARY[what]) == {}


# The status of each row that does not pass where no row may be read, by what was changed before.
UNREAD = {
    "as it is": ("SELECT", {"messages with seq": "?"}),
    "every message has to have a seq": ("ALTER TABLE chat_messages ALTER seq SET NOT NULL", {}),
    "nothing forbids the same seq": (
        "DROP INDEX uq_chat_messages_chat_id_seq",
        {"messages with seq": "?", "duplicate (chat_id, seq)": "?", "index uq_chat_messages_chat_id_seq": "✗"},
    ),
    "a foreign key was never checked": (
        SUBTLE["a foreign key that was never checked"][1],
        {"messages with seq": "?", "orphans": "?", "foreign keys": "✗"},
    ),
    "a foreign key is switched off": (
        SUBTLE["a foreign key that is switched off"][1],
        {"messages with seq": "?", "orphans": "?", "foreign keys": "✗"},
    ),
    "all rows were asked for": ("SET LOCAL connect.deep = 'on'", {}),
}


@pytest.mark.parametrize("change", UNREAD)
def test_what_is_not_read_in_time_is_inconclusive(production, connect, change):
    """What constraints prove passes without a look at the rows; anything else is neither right nor wrong."""
    statements, expected = UNREAD[change]
    connection = connect(production)
    connection.execute(f"BEGIN; {statements}; SET LOCAL connect.seconds = '0'".encode())
    rows = migration.apply(connection, VALIDATION).rows
    connection.execute("ROLLBACK")
    assert {row[0]: row[1][0] for row in rows if row[1] != "✓ PASS"} == expected
    assert all("connect.deep" in row[4] for row in rows if row[1].startswith("?"))


# The setting, and what the row of the number of messages then says of 10,183.
MANY = {
    "more than are counted exactly": ("connect.expected_messages = '183'", "✓ PASS"),
    "as many as there are": ("connect.expected_messages = '10183'", "✓ PASS"),
    "one too few": ("connect.expected_messages = '10184'", "✗ FAIL"),
    "no time to count them": ("connect.expected_messages = '10184'; SET LOCAL connect.seconds = '0'", "? INCONCLUSIVE"),
    "all rows are read": ("connect.expected_messages = '10184'; SET LOCAL connect.deep = 'on'", "✗ FAIL"),
}


def test_many_messages_are_counted_as_far_as_needed(production, connect):
    """The number is exact where it is told to be enough; where it is not looked at in time, that is said."""
    connection = connect(production)
    connection.execute(
        "BEGIN; SET LOCAL session_replication_role = replica;"
        "INSERT INTO chat_messages (chat_id, sender_id, seq, message_text)"
        " SELECT chat_id, sender_id, 1000 + n, repeat('long', 50)"
        " FROM (SELECT chat_id, sender_id FROM chat_messages LIMIT 1) AS one, generate_series(1, 10000) AS n"
    )
    found = {}
    for case, (setting, _) in MANY.items():
        connection.execute(f"SAVEPOINT before; SET LOCAL {setting}".encode())
        # Longer than any machine takes for so few.
        if "seconds" not in setting:
            connection.execute("SET LOCAL connect.seconds = '60'")
        rows = {row[0]: row for row in migration.apply(connection, VALIDATION).rows}
        found[case] = rows["total messages"][1]
        connection.execute("ROLLBACK TO before")
    connection.execute("ROLLBACK")
    assert found == {case: status for case, (_, status) in MANY.items()}


def by_the_tests(connection):
    """The rows of 004 that are about a catalog, as far as the tests in tests/schema find something wrong with them."""
    connection.execute("SET LOCAL search_path = pg_catalog")
    found = catalog.read(connection)
    machinery = running.read(connection, found)
    wrong = {
        **{f"function {each.signature}": functions.function(found, name) for name, each in functions.FUNCTIONS.items()},
        **{f"index {name}": None if indexes.covering(found, name) else "missing" for name in indexes.INDEXES},
        **{f"trigger {name}": events.trigger(machinery, name) for name in events.TRIGGERS},
        **{f"replica identity {table}": events.replica_identity(found, table) for table in TABLES},
        **{f"published {table}": events.published(found, table) for table in TABLES},
        "unique chat_participants_chat_id_user_id_key": (
            None if indexes.unique(found, *indexes.PARTICIPANT) else "missing"
        ),
        "columns": any(columns.column(found, name) for name in columns.COLUMNS),
        "foreign keys": any(columns.reference(found, name) for name in columns.REFERENCES),
    }
    return {name for name, problem in wrong.items() if problem}


@pytest.mark.parametrize("what", ORDINARY)
def test_the_tests_agree_on_what_is_ordinary(production, connect, what):
    """The tests in tests/schema find nothing wrong either."""
    connection = connect(production)
    connection.execute(b"BEGIN;" + ORDINARY[what].encode())
    assert by_the_tests(connection) == set()
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("defect", SUBTLE)
def test_the_tests_agree_on_what_is_wrong(production, connect, defect):
    """The tests in tests/schema look behind the name, too; a call with two meanings is a function's problem there."""
    check, statements = SUBTLE[defect]
    connection = connect(production)
    connection.execute(b"BEGIN;" + statements.encode())
    assert by_the_tests(connection) == {check if check != "functions" else "function get_latest_seq(uuid)"}
    connection.execute("ROLLBACK")


def test_expected_messages_can_be_told(failing):
    """Where another number is right, it can be said, and then counts."""
    assert failing("SET LOCAL connect.expected_messages = '184'") == {"total messages": ("✗ FAIL", "183")}
