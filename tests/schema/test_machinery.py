"""What makes the chat run: settings that its sessions obey, triggers that keep what was written, bodies that work."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide import asking, bodies, functions, sending, settings, triggers


@pytest.mark.parametrize("name", settings.SETTINGS)
def test_setting_lets_people_chat(snapshot, name):
    """No role or database sets this so that requests of the API fail, or run without their triggers."""
    wrong, to_do = settings.setting(snapshot.machinery, name) or (None, "")
    expect_nothing_wrong(f"setting {name}", wrong, f"{to_do}; then connect anew (restart the API)")


@pytest.mark.parametrize("table", triggers.KEPT)
def test_no_trigger_breaks_a_write(snapshot, table):
    """No trigger drops, undoes or refuses each ordinary write to the table."""
    wrong, to_do = triggers.breaking(snapshot.catalog, snapshot.machinery, table) or (None, "")
    expect_nothing_wrong(f"triggers of {table}", wrong, to_do)


@pytest.mark.parametrize("name", functions.FUNCTIONS)
def test_body_can_do_its_work(snapshot, script_of, name):
    """The body of the function names what exists, and reads or writes what the function is about."""
    wrong = bodies.body(snapshot.catalog, snapshot.machinery, name)
    to_do = f"mend the body of {functions.FUNCTIONS[name].signature}; sql/ has one that works"
    expect_nothing_wrong(f"body of {name}", wrong, to_do, script_of("function", functions.FUNCTIONS[name].name))


def test_who_is_signed_in_is_known(snapshot):
    """auth.uid(), by which policies and functions know the caller, reads what the API says of them."""
    to_do = "CREATE OR REPLACE FUNCTION auth.uid() as the platform has it, or restore it from a project that works"
    expect_nothing_wrong("auth.uid()", bodies.identity(snapshot.machinery), to_do)


@pytest.mark.parametrize("table", sending.TABLES)
def test_ordinary_row_can_be_stored(snapshot, table):
    """No constraint, unique index or column without a default refuses what the page and the functions store."""
    wrong, to_do = sending.blocking(snapshot.catalog, snapshot.machinery, table) or (None, "")
    expect_nothing_wrong(f"rows of {table}", wrong, to_do)


@pytest.mark.parametrize("table", sending.TABLES)
def test_what_a_row_is_asked_can_be_answered(snapshot, table):
    """No default, check or policy of the table asks for a function, relation or setting that is not there."""
    wrong, to_do = asking.broken(snapshot.catalog, snapshot.machinery, table) or (None, "")
    expect_nothing_wrong(f"what is asked of rows of {table}", wrong, to_do)


def test_database_can_be_reached(snapshot):
    """The database takes the connections of the API."""
    to_do = f"ALTER DATABASE {snapshot.machinery.database} ALLOW_CONNECTIONS true CONNECTION LIMIT -1"
    expect_nothing_wrong("the database", settings.database(snapshot.machinery), to_do)


def test_changes_reach_realtime(snapshot):
    """A live database writes the log that realtime reads; a replica has no realtime of its own to judge."""
    wrong = settings.log(snapshot.machinery) if snapshot.live else None
    expect_nothing_wrong("the write-ahead log", wrong, "ALTER SYSTEM SET wal_level = logical, then restart the server")
