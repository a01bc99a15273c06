"""A script that calls its database by name means the copy in which it is rehearsed."""

from dataclasses import replace
from pathlib import Path

import pytest

from pgproof.scripts import database_name, running, script

SAME = [
    "SELECT 'ALTER DATABASE postgres'",
    "ALTER DATABASE other SET timezone TO 'UTC'",
    "ALTER TABLE public.notes RENAME database TO postgres",
    "CREATE ROLE postgres",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET ALL', current_database()); END $$",
]
MEANT = {
    "ALTER DATABASE postgres SET timezone TO 'UTC'": "ALTER DATABASE @ SET timezone TO 'UTC'",
    "ALTER DATABASE POSTGRES SET \"app.of\" TO 'DATABASE postgres'": (
        "ALTER DATABASE @ SET \"app.of\" TO 'DATABASE postgres'"
    ),
    'alter database -- é\n "postgres"\n reset all': "alter database -- é\n @\n reset all",
    "GRANT CONNECT ON DATABASE other, postgres TO anon": "GRANT CONNECT ON DATABASE other, @ TO anon",
    "COMMENT ON DATABASE postgres IS 'the database postgres'": "COMMENT ON DATABASE @ IS 'the database postgres'",
    "ALTER DATABASE postgres OWNER TO postgres": "ALTER DATABASE @ OWNER TO postgres",
    "ALTER DATABASE postgres CONNECTION LIMIT 9": "ALTER DATABASE @ CONNECTION LIMIT 9",
    "ALTER DATABASE postgres REFRESH COLLATION VERSION": "ALTER DATABASE @ REFRESH COLLATION VERSION",
    "ALTER ROLE database IN DATABASE postgres SET work_mem = '8MB'": (
        "ALTER ROLE database IN DATABASE @ SET work_mem = '8MB'"
    ),
    "REINDEX DATABASE CONCURRENTLY postgres": "REINDEX DATABASE CONCURRENTLY @",
    "REINDEX (VERBOSE) SYSTEM postgres": "REINDEX (VERBOSE) SYSTEM @",
    "DO $$ BEGIN EXECUTE 'ALTER DATABASE postgres SET a.b = 1'; END $$": (
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE @ SET a.b = 1'; END $$"
    ),
    # As a copy of a live database is told to do with that one's name.
    "ALTER DATABASE \"My App\" SET timezone TO 'UTC'": "ALTER DATABASE @ SET timezone TO 'UTC'",
}


def of(text):
    """The only statement of a text."""
    (found,) = script.parse(Path("up.sql"), text).statements
    return found


@pytest.fixture
def own_copy(scratch_server):
    """A session in the copy of a database that is called "My App"."""
    with (
        scratch_server.clone(scratch_server.start) as database,
        replace(database, settings={database_name.COPIED: "My App"}).connect() as session,
    ):
        yield session


def test_the_name_of_the_database_is_that_of_the_copy(own_copy):
    """Wherever SQL has it, in any spelling; a string, a role or a column of that name is something else."""
    here = f'"{own_copy.info.dbname}"'
    assert {text: database_name.replaced(own_copy, of(text)) for text in MEANT} == {
        text: meant.replace("@", here) for text, meant in MEANT.items()
    }
    assert {text: database_name.replaced(own_copy, of(text)) for text in SAME} == dict.fromkeys(SAME)


def test_a_setting_reaches_the_copy_and_no_other_database(own_copy):
    """What the script says of its database is in force there, and the server's own has none of it."""
    assert running.execute(own_copy, of("ALTER DATABASE postgres SET work_mem = '7MB'")) is None
    query = "SELECT datname FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase"
    assert own_copy.execute(query + " WHERE 'work_mem=7MB' = ANY (setconfig)").fetchall() == [(own_copy.info.dbname,)]
