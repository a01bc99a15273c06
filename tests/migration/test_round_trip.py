"""The migration goes in, and comes out again without a trace: same catalog, same rows."""

import psycopg
import pytest

from connect import state
from connect.paths import ROLLBACK
from connect.project import REPLICAS
from connect.schema import SCHEMA
from pgproof import catalog
from pgproof.catalog import differences
from pgproof.rehearsal import rows
from pgproof.scripts import migration

# What a project of its own may have said about the function that 002 replaces.
OWN_WORDS = """
CREATE OR REPLACE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public SET statement_timeout = '3s'
  AS $$ UPDATE chat_messages SET status = 'read' WHERE chat_id = p_chat_id AND deleted_at IS NULL $$;
GRANT EXECUTE ON FUNCTION public.mark_messages_as_read(uuid, uuid) TO PUBLIC, anon;
COMMENT ON FUNCTION public.mark_messages_as_read(uuid, uuid) IS 'called by the list of chats';
COMMENT ON COLUMN public.chat_participants.last_read_at IS 'set by mark_messages_as_read'
"""


OWN_BADGE = """
CREATE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint LANGUAGE sql STABLE
  AS $$
    SELECT count(*) FROM public.chat_messages m
    JOIN public.chat_participants p ON p.chat_id = m.chat_id AND p.user_id = p_user_id
    WHERE m.chat_id = p_chat_id AND m.created_at > p.last_read_at
  $$
"""
KEPT = "SELECT count(*) FROM pg_namespace WHERE nspname = 'connect_migration'"


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
    assert before["public.chat_messages"].count == 183


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

    seen = [state_of(connection, environment)]
    for script in environment.migrations:
        migration.apply(connection, script)
        seen.append(state_of(connection, environment))
    roll_back(connection, environment)
    seen.append(state_of(connection, environment))
    between = ["partly"] * (len(environment.migrations) - 1)
    assert seen == ["baseline", *between, "aligned", "baseline"]


OTHER = {"prod": "staging", "staging": "prod"}


@pytest.mark.parametrize("told", [None, "production", "the other one"])
@pytest.mark.parametrize("scripts", ["one", "all"])
def test_rollback_refuses_unless_told_the_right_environment(baseline, environment, connect, scripts, told):
    """Told nothing, an unknown name, or the other environment's, the rollback changes nothing of what was added."""
    connection = connect(baseline)
    for script in environment.migrations[: 1 if scripts == "one" else None]:
        migration.apply(connection, script)
    if told is not None:
        told = OTHER[environment.settings["connect.environment"]] if told == "the other one" else told
        connection.execute(f"SET connect.environment = '{told}'")
    before = read(connection)
    with pytest.raises(psycopg.errors.RaiseException, match=r"connect\.environment is") as refused:
        migration.apply(connection, ROLLBACK)
    assert "Nothing was changed" in refused.value.diag.message_hint
    assert list(differences.lines(before[0], read(connection)[0])) == []


@pytest.mark.parametrize("told", [None, "production"])
def test_rollback_of_nothing_needs_a_known_name_too(baseline, connect, told):
    """Told nothing or an unknown name, the rollback refuses also where no script was run."""
    connection = connect(baseline)
    connection.execute(f"SET connect.environment = '{told or ''}'")
    with pytest.raises(psycopg.errors.RaiseException, match="expected prod or staging"):
        migration.apply(connection, ROLLBACK)


def test_rollback_of_nothing_says_so(baseline, environment, connect):
    """Where no script was run there is no mark, so nothing is changed, whichever environment it is said to be."""
    connection = connect(baseline)
    before = read(connection)
    for told in OTHER:
        connection.execute(f"SET connect.environment = '{told}'")
        (said,) = migration.apply(connection, ROLLBACK).notices
        assert "nothing to take back" in said
    assert list(differences.lines(before[0], read(connection)[0])) == []


@pytest.mark.own_baseline
def test_rollback_brings_back_what_002_replaced(templates, connect):
    """A function that 002 replaces comes back with its body, settings, rights and comment."""
    staging = REPLICAS["staging"]
    with templates.clone(staging, "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute(OWN_WORDS)
        before = read(connection)
        migrate(connection, staging)
        assert state_of(connection, staging) == "aligned"
        assert connection.execute(KEPT).fetchone() == (1,)
        roll_back(connection, staging)
        # A comparison of catalogs would leave it out.
        assert connection.execute(KEPT).fetchone() == (0,)
        assert list(differences.lines(before[0], read(connection)[0])) == []


@pytest.mark.own_baseline
def test_002_replaces_a_badge_with_its_read_point(templates, connect):
    """Where there is a get_unread_count for the old read point, 002 replaces both, and both come back."""
    staging = REPLICAS["staging"]
    with templates.clone(staging, "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute(OWN_BADGE)
        before = read(connection)
        assert "✓ Updated get_unread_count function" in migrate(connection, staging)
        roll_back(connection, staging)
        assert list(differences.lines(before[0], read(connection)[0])) == []


@pytest.mark.own_baseline
def test_rollback_leaves_a_schema_of_that_name_alone(baseline, environment, connect):
    """A schema that only has the name of the one that 002 makes is not the rollback's to drop."""
    connection = connect(baseline)
    connection.execute("CREATE SCHEMA connect_migration")
    roll_back(connection, environment)
    assert connection.execute(KEPT).fetchone() == (1,)


@pytest.mark.own_baseline
def test_rollback_keeps_comments_of_columns_and_not_null_that_was_there(templates, connect):
    """Of two columns only the one that 001 made NOT NULL is made nullable again; its comment comes back."""
    prod = REPLICAS["prod"]
    with templates.clone(prod, "baseline") as conninfo:
        connection = connect(conninfo)
        connection.execute("ALTER TABLE public.chat_participants ALTER user_id SET NOT NULL")
        for column in ("chat_id", "user_id"):
            connection.execute(f"COMMENT ON COLUMN public.chat_participants.{column} IS 'of\n{column}'")
        before = read(connection)
        migrate(connection, prod)
        changed = list(differences.lines(before[0], read(connection)[0]))
        assert [line for line in changed if "comment" in line] == [], "a comparison does not see the marks"
        roll_back(connection, prod)
        assert list(differences.lines(before[0], read(connection)[0])) == []


def test_scripts_leave_alone_what_is_there_under_another_name(templates, connect, environment):
    """An index of another name that covers the column is enough, and a function that returns what it should is kept."""
    with templates.clone(environment, "aligned") as conninfo:
        connection = connect(conninfo)
        for index in ("idx_chat_messages_sender_id", "idx_chat_messages_reply_to"):
            connection.execute(
                f"ALTER INDEX public.{index} RENAME TO {index}_of_ours; COMMENT ON INDEX {index}_of_ours IS NULL"
            )
        before = read(connection)
        said = migrate(connection, environment)
        assert list(differences.lines(before[0], read(connection)[0])) == []
        assert not any("Added" in each or "Updated" in each for each in said)
        assert state_of(connection, environment) == "aligned"


def state_of(connection, environment):
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        return state.of(environment, catalog.read(connection)).name
