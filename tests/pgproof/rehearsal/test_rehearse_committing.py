"""What was committed shows, what was not does not."""

import psycopg
import pytest

from pgproof.rehearsal import committing


@pytest.mark.parametrize(
    ("statements", "nothing"),
    [
        (["CREATE TABLE one (id int)"], False),
        (["BEGIN", "CREATE TABLE one (id int)", "COMMIT"], False),
        (
            [
                "BEGIN",
                "SAVEPOINT a",
                "CREATE TABLE one (id int)",
                "ROLLBACK TO a",
                "CREATE TABLE two (id int)",
                "COMMIT",
            ],
            False,
        ),
        (["BEGIN", "CREATE TABLE one (id int)", "ROLLBACK"], True),
        (["BEGIN", "CREATE TABLE one (id int)"], True),
        (["SELECT 1"], True),
        (["CREATE TABLE one (id int); SELECT 1 / 0"], True),
    ],
)
def test_what_was_committed_is_known(scratch_server, statements, nothing):
    """By the numbers of transactions: none of them was committed, or one was."""
    with scratch_server.clone(scratch_server.start) as database:
        since = committing.mark(database.observer())
        with database.connect() as connection:
            for statement in statements:
                try:
                    connection.execute(statement)
                except psycopg.errors.DivisionByZero:
                    assert nothing, "it takes the rest back"
        assert committing.nothing_since(database.observer(), since) is nothing


def test_a_killed_server_has_committed_nothing_of_an_open_transaction(scratch_server):
    """Also where the numbers were given by a server that is gone."""
    with scratch_server.clone(scratch_server.start) as database:
        since = committing.mark(database.observer())
        with database.connect() as connection:
            connection.execute("BEGIN")
            connection.execute("CREATE TABLE one (id int)")
            scratch_server.crash()
        assert committing.nothing_since(database.observer(), since)
