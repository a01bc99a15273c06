"""The migration goes in, and comes out again without a trace: same catalog, same rows."""

import psycopg
import pytest

from connect import state
from connect.paths import ROLLBACK
from connect.schema import SCHEMA
from pgproof import catalog
from pgproof.catalog import differences
from pgproof.rehearsal import rows
from pgproof.scripts import migration


def read(connection):
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        return catalog.read(connection), rows.fingerprint(connection)


def migrate(connection, environment):
    return [notice for script in environment.migrations for notice in migration.apply(connection, script).notices]


def roll_back(connection, environment):
    for setting, value in environment.settings.items():
        connection.execute(f"SET {setting} = '{value}'")
    for script in environment.rollback:
        migration.apply(connection, script)


def test_rollback_restores_the_baseline(baseline, environment, connect):
    """Up, then down on a fresh connection: catalog, grants included, and rows are as before."""
    before = read(connect(baseline))
    migrate(connect(baseline), environment)
    assert read(connect(baseline))[0] != before[0], "the migration changed nothing, so this test would prove nothing"
    roll_back(connect(baseline), environment)
    after = read(connect(baseline))
    assert list(differences.lines(before[0], after[0])) == []
    assert after[1] == before[1]


def test_migration_keeps_every_row(baseline, environment, connect):
    """The migration changes no row of any table."""
    before = rows.fingerprint(connect(baseline))
    migrate(connect(baseline), environment)
    assert rows.fingerprint(connect(baseline)) == before
    assert before["public.chat_messages"][0] == 183


def test_up_again_after_rollback_is_the_same(baseline, environment, connect):
    """Up, down, up again ends where the first up did."""
    connection = connect(baseline)
    migrate(connection, environment)
    first = read(connection)
    roll_back(connection, environment)
    migrate(connection, environment)
    again = read(connection)
    assert list(differences.lines(first[0], again[0])) == []
    assert again[1] == first[1]


def test_migration_twice_changes_nothing_more(baseline, environment, connect):
    """Each script may be run again."""
    connection = connect(baseline)
    migrate(connection, environment)
    first = read(connection)
    migrate(connection, environment)
    assert list(differences.lines(first[0], read(connection)[0])) == []


def test_rollback_twice_changes_nothing_more(baseline, environment, connect):
    """The rollback may be run again, and on a database that was never migrated."""
    connection = connect(baseline)
    before = read(connection)
    roll_back(connection, environment)
    roll_back(connection, environment)
    assert list(differences.lines(before[0], read(connection)[0])) == []


def test_rollback_from_half_way_restores_the_baseline(baseline, environment, connect):
    """Each script alone is undone too."""
    connection = connect(baseline)
    before = read(connection)
    for script in environment.migrations:
        migration.apply(connection, script)
        roll_back(connection, environment)
        assert list(differences.lines(before[0], read(connection)[0])) == []


def test_notices_are_the_guides(baseline, environment, connect):
    """A person sees exactly the success messages that the guide promises."""
    promised = [notice for script in environment.migrations for notice in SCHEMA.notices[script.name]]
    assert migrate(connect(baseline), environment) == promised


def test_state_follows_the_scripts(baseline, environment, connect):
    """The catalog shows baseline, then partly or aligned, then baseline again."""
    connection = connect(baseline)

    def state_now():
        with connection.transaction():
            connection.execute("SET LOCAL search_path = pg_catalog")
            return state.of(environment, catalog.read(connection)).name

    seen = [state_now()]
    for script in environment.migrations:
        migration.apply(connection, script)
        seen.append(state_now())
    roll_back(connection, environment)
    seen.append(state_now())
    between = ["partly"] * (len(environment.migrations) - 1)
    assert seen == ["baseline", *between, "aligned", "baseline"]


@pytest.mark.parametrize("told", [None, "production", "the other one"])
@pytest.mark.parametrize("state", ["baseline", "aligned"])
def test_rollback_refuses_unless_told_the_right_environment(templates, environment, connect, state, told):
    """Told nothing, an unknown name, or the other environment's, the rollback changes nothing, aligned or not."""
    if told == "the other one":
        told = {"prod": "staging", "staging": "prod"}[environment.settings["connect.environment"]]
    with templates.clone(environment, state) as conninfo:
        connection = connect(conninfo)
        if told is not None:
            connection.execute(f"SET connect.environment = '{told}'")
        before = read(connection)
        with pytest.raises(psycopg.errors.RaiseException, match=r"connect\.environment is") as refused:
            migration.apply(connection, ROLLBACK)
        assert "Nothing was changed" in refused.value.diag.message_hint
        assert list(differences.lines(before[0], read(connection)[0])) == []
