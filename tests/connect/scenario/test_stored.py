"""What a run knows of a database for a page that only looks."""

from contextlib import nullcontext

from connect.scenario.stored import Database

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
