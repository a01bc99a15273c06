"""Once a live database is recorded, a run of the schema tests fails by each change, and by nothing else."""

import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment

TEST = "tests/schema/test_recorded.py::test_nothing_changed_since_the_record[prod]"
# One of each kind that a chat's database has. The guide, its criteria and sql/004 know none of them.
CHANGES = {
    "schema more: only in the database": "CREATE SCHEMA more",
    "table public.more: only in the database": "CREATE TABLE public.more (a int)",
    "column public.chats.archived: only in the database": "ALTER TABLE chats ADD archived bool",
    "constraint public.chats named: only in the database": "ALTER TABLE chats ADD CONSTRAINT named CHECK (name <> '')",
    "index public.further: only in the database": "CREATE INDEX further ON chats (name)",
    "policy public.chats everybody: only in the database": "CREATE POLICY everybody ON chats USING (true)",
    "grant relation public.chats to anon: only in the database": "GRANT SELECT ON chats TO anon",
    "function public.get_latest_seq(p_chat_id uuid): cost differs": "ALTER FUNCTION get_latest_seq(uuid) COST 7",
    "view public.everything: only in the database": "CREATE VIEW everything WITH (security_invoker) AS TABLE chats",
    "sequence public.numbers: only in the database": "CREATE SEQUENCE numbers",
    "type public.mood: only in the database": "CREATE TYPE mood AS ENUM ('sad')",
    "publication other: only in the database": "CREATE PUBLICATION other",
    "trigger auth.users greeted: only in the database": (
        "CREATE TRIGGER greeted AFTER INSERT ON auth.users FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "event trigger watch: only in the database": (
        "CREATE FUNCTION private.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER watch ON sql_drop EXECUTE FUNCTION private.watch()"
    ),
    "extension citext: only in the database": "CREATE EXTENSION citext SCHEMA private",
}


@pytest.fixture
def live_dsn(own_production, as_verifier):
    """The settings that make the database of this test the live one."""
    return {"CONNECT_PROD_DSN": as_verifier(own_production)}


@pytest.fixture
def recorded_folder(tmp_path):
    """The folder of its record."""
    return tmp_path / "recorded"


@pytest.fixture
def record_prod(live_dsn, recorded_folder):
    """Records the live database; returns what the command said."""

    def run():
        done = subprocess.run(
            [sys.executable, "-m", "harness", "record", "live:prod", "--into", str(recorded_folder)],
            cwd=paths.ROOT,
            env=clean_environment(live_dsn),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def compare(run, live_dsn, recorded_folder):
    """Runs the schema tests on the live database, compared with the record."""

    def start(*more, settings=live_dsn):
        # With "=", or pytest takes a folder outside of the repository for a place of tests.
        return run("-m", "schema", "--env", "prod", *more, f"--recorded={recorded_folder}", **settings)

    return start


def test_nothing_changed_holds_on_an_unchanged_database(record_prod, compare, recorded_folder):
    """With no change the run is green, and a second record has the same bytes."""
    record_prod()
    done = compare("--live")
    assert done.returncode == 0, done.stdout
    assert "no record" not in done.stdout
    assert "test_recorded.py" in compare("--live", "--collect-only", "-q").stdout
    before = {file.name: file.read_bytes() for file in (recorded_folder / "prod").iterdir()}
    assert "nothing changed since the record before" in record_prod()
    assert {file.name: file.read_bytes() for file in (recorded_folder / "prod").iterdir()} == before


def test_each_change_fails_the_run_by_name(record_prod, compare, own_production, connect):
    """One change of each kind: the run fails by this test, which names them all and says what to do."""
    record_prod()
    admin = connect(own_production)
    for change in CHANGES.values():
        admin.execute(change.encode())
    done = compare("--live")
    assert done.returncode == 1, done.stdout
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert [line for line in CHANGES if not any(said.startswith(line) for said in lines)] == []
    assert f"FAILED {TEST}" in done.stdout
    assert "review the diff: python -m harness record live:prod --into " in done.stdout


def test_a_change_that_is_recorded_is_accepted(record_prod, compare, own_production, connect):
    """Recorded again, the change is in the files, is said once more, and the run is green."""
    record_prod()
    connect(own_production).execute("CREATE INDEX further ON chats (name)")
    assert compare("--live", "tests/schema/test_recorded.py").returncode == 1
    assert "index public.further: only in the database" in record_prod()
    assert compare("--live", "tests/schema/test_recorded.py").returncode == 0


def test_parallel_workers_are_told_what_changed(record_prod, compare, own_production, connect):
    """A worker of a parallel run fails by the change that its controller read."""
    record_prod()
    connect(own_production).execute("CREATE INDEX further ON chats (name)")
    done = compare("--live", "tests/schema/test_recorded.py", "-n", "1")
    assert done.returncode == 1
    assert "index public.further: only in the database" in done.stdout


def test_without_a_record_the_test_is_left_out_and_that_is_said(compare, recorded_folder):
    """The test is deselected, neither passed nor skipped, and the last line says how to make a record."""
    recorded_folder.mkdir()
    done = compare("--live", "tests/schema/test_recorded.py", "tests/schema/test_triggers.py")
    assert done.returncode == 0, done.stdout
    assert "1 deselected" in done.stdout
    assert "skipped" not in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.endswith(f"prod: no record; python -m harness record live:prod --into {recorded_folder} makes one")


def test_a_live_run_says_that_there_is_no_record(run, live_dsn):
    """Without the option, a run looks into recorded/ of the project; there is none in this repository."""
    done = run("-m", "schema", "--env", "prod", "--live", "tests/schema/test_triggers.py", **live_dsn)
    assert done.returncode == 0, done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.endswith("prod: no record; python -m harness record live:prod makes one")


def test_a_replica_is_compared_only_if_that_is_asked_for(run, record_prod, compare):
    """A replica is not what was recorded: without the option the test is left out, with it the replica is compared."""
    record_prod()
    done = run("tests/schema/test_recorded.py", "--env", "prod")
    assert "1 deselected" in done.stdout
    assert "no record" not in done.stdout
    done = compare("tests/schema/test_recorded.py", settings={})
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_a_record_that_was_edited_is_one_sentence(record_prod, compare, recorded_folder):
    """Exit code 4, before the database is asked for anything."""
    record_prod()
    (recorded_folder / "prod" / "grants.toml").write_text("")
    done = compare("--live", settings={"CONNECT_PROD_DSN": "host=127.0.0.1 port=1"})
    assert done.returncode == 4
    assert "prod/grants.toml is not as it was written; it was edited by hand or by a merge" in done.stderr
    assert "nothing listens there" not in done.stderr


def test_a_folder_that_is_not_there_is_one_sentence(run):
    """Exit code 4, with the folder's name."""
    done = run("-m", "schema", "--recorded", "nowhere")
    assert done.returncode == 4
    assert "nowhere; `record` makes one, or leave out --recorded" in done.stderr


def test_the_record_is_no_criterion_of_the_guide():
    """The guide's criteria can hold while something changed that the guide does not mention."""
    from connect.criteria import CRITERIA

    assert [test for criterion in CRITERIA for test in criterion.tests if "recorded" in test] == []
