"""Which rows each caller sees and writes in the messaging tables, tried with the API's own roles, on a clone.

Statements have no WHERE, so that the policies alone choose the rows: every row that is counted is one too many or not.
What is expected, and what is tried, stands in rows.toml.
"""

import pytest

from connect.expectations import expect
from connect.schema import SCHEMA
from tests.security.fix_actors import CALLERS, DENIED, ROWS

pytestmark = pytest.mark.own_baseline

ALL = "all"


def expect_outcomes(scene, table, command, query):
    """Every caller tries the statement, and gets what rows.toml says."""
    every = scene.value(f"SELECT count(*) FROM public.{table}")
    expected = [every if outcome == ALL else outcome for outcome in ROWS[table]["outcomes"][command]]
    found = {caller: _tried(scene, caller, query) for caller in CALLERS}
    expect(f"rows of {table}, {command}", found, dict(zip(CALLERS, (DENIED, *expected), strict=True)))


def _tried(scene, caller, query):
    scene.connection.execute("SAVEPOINT tried")
    result = scene.attempt(caller, query)
    scene.connection.execute("ROLLBACK TO tried")
    return result


@pytest.mark.parametrize("table", SCHEMA.tables)
def test_select_obeys_row_security(scene, table):
    """Members see their chat; nobody else sees a row of it, nor they one of another chat."""
    expect_outcomes(scene, table, "select", f"SELECT count(*) FROM public.{table}")


@pytest.mark.parametrize("table", SCHEMA.tables)
def test_insert_obeys_row_security(scene, table):
    """Rows come from members, and from the chat's maker where they bring somebody in."""
    expect_outcomes(scene, table, "insert", f"INSERT INTO public.{table} {ROWS[table]['insert']}")


@pytest.mark.parametrize("table", SCHEMA.tables)
def test_update_obeys_row_security(scene, table):
    """Everybody changes their own rows, as far as the front end does."""
    expect_outcomes(scene, table, "update", f"UPDATE public.{table} SET {ROWS[table]['update']}")


@pytest.mark.parametrize("table", SCHEMA.tables)
def test_delete_obeys_row_security(scene, table):
    """Everybody deletes their own rows, as far as the front end does."""
    expect_outcomes(scene, table, "delete", f"DELETE FROM public.{table}")
