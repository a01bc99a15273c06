"""A person's list as the database holds it, with the columns that another project has beside the known ones."""

from contextlib import nullcontext

import pytest

from connect.scenario.stored import Database

ONE = "SELECT chat_id, user_id FROM chat_participants ORDER BY 1, 2 LIMIT 1"
OF_CHAT = f"UPDATE chats SET {{}} WHERE id = (SELECT chat_id FROM ({ONE}) one)"
OF_MEMBER = f"UPDATE chat_participants SET {{}} WHERE (chat_id, user_id) = ({ONE})"


@pytest.fixture
def listed_after(production, connect):
    """The first chat in a member's list after some SQL, in a transaction that is taken back."""
    connection = connect(production)

    def read(statements):
        connection.execute(b"BEGIN;" + statements.encode())
        chat, user = connection.execute(ONE).fetchone()
        listed = Database(lambda: nullcontext(connection)).conversations(str(user))
        return next(each for each in listed if each.id == str(chat))

    yield read
    connection.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("type = 'group', name = 'Plans'", "Plans"),
        ("type = 'group', name = ' '", None),
        ("type = 'direct', name = 'Direct'", None),
    ],
    ids=["group", "blank", "direct"],
)
def test_a_page_names_what_has_no_name_of_its_own(listed_after, change, name):
    """A direct chat is named after the other member, whatever stands in its row, and so may a group without a name."""
    assert listed_after(OF_CHAT.format(change)).name == name


@pytest.mark.parametrize(
    ("table", "column", "kind", "value", "put_away"),
    [
        ("chats", "is_archived", "boolean DEFAULT false", "true", True),
        ("chats", "is_archived", "boolean DEFAULT false", "false", False),
        ("chats", "status", "text", "'archived'", True),
        ("chats", "status", "text", "'active'", False),
        ("chats", "auto_archive_days", "int DEFAULT 30", "30", False),
        ("chats", "deleted_message_count", "int", "3", False),
        ("chat_participants", "archived_at", "timestamptz", "now()", True),
        ("chat_participants", "hidden_by", "uuid[]", "ARRAY[]::uuid[]", False),
    ],
)
def test_what_a_further_column_puts_away_may_be_left_out(listed_after, table, column, kind, value, put_away):
    """An archive's flag, time or status counts, of the chat or of its member, if it says so."""
    change = {"chats": OF_CHAT, "chat_participants": OF_MEMBER}[table].format(f"{column} = {value}")
    found = listed_after(f"ALTER TABLE {table} ADD {column} {kind}; {change}")
    assert found.put_away is put_away


FUNCTIONS = """
BEGIN;
CREATE FUNCTION list_chats() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION "getOne"() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION mixed() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION mixed(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA other;
CREATE FUNCTION elsewhere() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION other.elsewhere() RETURNS int LANGUAGE sql AS 'SELECT 1';
"""


def test_functions_that_cannot_write_are_known(production, connect):
    """Those of which no overload in any schema is VOLATILE, as every function is that does not say otherwise."""
    connection = connect(production)
    connection.execute(FUNCTIONS)
    found = Database(lambda: nullcontext(connection)).reading_functions()
    connection.execute("ROLLBACK")
    assert found & {"list_chats", "getOne", "touch", "mixed", "elsewhere", "now"} == {"list_chats", "getOne"}
    assert "mark_messages_as_read" not in found
