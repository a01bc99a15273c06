"""A live run judges what is there, by reading alone."""

from contextlib import ExitStack

import pytest

from connect.project import REPLICAS
from pgproof.timing import eventually

MISSING = {
    "prod": {"chat_participants.chat_id", "chat_participants.user_id", "idx_chat_messages_sender_id"},
    "staging": {"mark_messages_as_read", "get_unread_count", "idx_chat_messages_reply_to"},
}
WRITTEN = """
SELECT tup_inserted, tup_updated, tup_deleted, temp_files,
  (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_all_tables s
    JOIN pg_class c ON c.oid = s.relid WHERE NOT c.relisshared)
FROM pg_stat_database WHERE datname = current_database()
"""


@pytest.fixture
def live_run(templates, connect, as_verifier, run):
    """Runs read-only tests on a database of a state, as connect_verifier; yields the run and the admin's connection."""

    def prepare(environment, state, *arguments):
        conninfo = stack.enter_context(templates.clone(environment, state))
        admin = connect(conninfo)
        settings = {environment.dsn_variable: as_verifier(conninfo)}
        return lambda: run(*arguments, "--env", environment.name, "--live", **settings), admin

    with ExitStack() as stack:
        yield prepare


def failures(output):
    return [line.split(" - ")[0].removeprefix("FAILED ") for line in output.splitlines() if line.startswith("FAILED ")]


@pytest.mark.parametrize("name", REPLICAS)
def test_baseline_fails_by_exactly_what_the_migration_adds(live_run, name):
    """Exit code 1, and what fails is what the environment's scripts add: each of the three things, and no other."""
    judge, _ = live_run(REPLICAS[name], "baseline", "-m", "schema")
    done = judge()
    assert done.returncode == 1
    found = {thing: [test for test in failures(done.stdout) if thing in test] for thing in _things(name)}
    assert all(found.values()), found
    named = {test for tests in found.values() for test in tests}
    # In staging 004's count of the functions fails as well, for the one that is missing.
    assert set(failures(done.stdout)) - named <= {
        "tests/schema/test_validation.py::test_check_passes[staging-functions]"
    }
    assert f"judged {name}: live database, read-only, PostgreSQL" in done.stdout.splitlines()[-1]
    assert all(thing in done.stdout.splitlines()[-1] for thing in MISSING[name])


def _things(name):
    """How the tests call the missing things: test ids hold a column without its table."""
    return {"prod": ["chat_id", "user_id", "idx_chat_messages_sender_id"]}.get(name, sorted(MISSING[name]))


@pytest.mark.parametrize("name", REPLICAS)
def test_aligned_passes_and_nothing_is_written(live_run, name):
    """Exit code 0, and by the server's own statistics no row of any table was written."""
    judge, admin = live_run(REPLICAS[name], "aligned", "-m", "schema")
    admin.execute("SELECT pg_stat_force_next_flush()")
    # A backend reports its statistics when it ends, so wait until nobody but us is there, before and after.
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    assert eventually(lambda: admin.execute(others).fetchone() == (0,))
    before = admin.execute(WRITTEN).fetchone()
    done = judge()
    assert done.returncode == 0, done.stdout
    assert eventually(lambda: admin.execute(others).fetchone() == (0,))
    assert admin.execute(WRITTEN).fetchone() == before


def test_what_could_write_is_deselected_and_counted(live_run):
    """Without -m a live run selects the tests that only read, and counts the others as deselected."""
    judge, _ = live_run(REPLICAS["prod"], "aligned", "--collect-only", "-q")
    last = judge().stdout.splitlines()[-1]
    assert "deselected" in last, last


def test_a_dsn_makes_its_environment_live_and_leaves_the_other_a_replica(templates, as_verifier, run):
    """With one DSN set, that environment is judged live, and the other on a replica; both are said."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        done = run("-m", "schema", CONNECT_PROD_DSN=as_verifier(conninfo))
    assert done.returncode == 0, done.stdout
    last = done.stdout.splitlines()[-1]
    assert "prod: live database, read-only" in last
    assert "staging: replica" in last
