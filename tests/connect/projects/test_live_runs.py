"""On every project the live run says what is so: before the guide's steps, after them, and after the rollback."""

import psycopg
import pytest

from connect.paths import VALIDATION
from connect.project import REPLICAS
from pgproof import catalog
from pgproof.catalog import differences
from pgproof.scripts import migration
from tests.connect.projects.fix_projects import some_projects
from tests.connect.projects.layers import ENVIRONMENTS

# The tests that fail before the guide's steps, by environment: those of what its scripts add, and their rows of 004.
BEFORE = {
    "prod": {
        "test_not_null.py::test_participant_key_is_not_null[prod-chat_id]",
        "test_not_null.py::test_participant_key_is_not_null[prod-user_id]",
        "test_indexes.py::test_index_is_covered[prod-idx_chat_messages_sender_id]",
        "test_validation.py::test_check_passes[prod-chat_participants.chat_id not null]",
        "test_validation.py::test_check_passes[prod-chat_participants.user_id not null]",
        "test_validation.py::test_check_passes[prod-index idx_chat_messages_sender_id]",
    },
    "staging": {
        "test_functions.py::test_function_can_be_called[staging-mark_messages_as_read]",
        "test_functions.py::test_function_can_be_called[staging-get_unread_count]",
        "test_indexes.py::test_index_is_covered[staging-idx_chat_messages_reply_to]",
        "test_validation.py::test_check_passes[staging-functions]",
        "test_validation.py::test_check_passes[staging-function mark_messages_as_read(uuid, uuid)]",
        "test_validation.py::test_check_passes[staging-function get_unread_count(uuid, uuid)]",
        "test_validation.py::test_check_passes[staging-index idx_chat_messages_reply_to]",
    },
}
COUNT = "SELECT count(*) FROM public.chat_messages"


@pytest.fixture
def judge_live(run):
    """Runs the guide's criteria live on both environments of a project at once, as their verifiers."""

    def start(*clones):
        settings = {}
        for clone in clones:
            prefix = f"CONNECT_{clone.environment.upper()}"
            settings[f"{prefix}_DSN"] = clone.verifier_dsn
            settings[f"{prefix}_EXPECTED_MESSAGES"] = str(value(clone, COUNT))
        return run("-m", "schema", "--live", **settings)

    return start


def value(clone, query):
    with psycopg.connect(clone.dsn()) as connection:
        (found,) = connection.execute(query).fetchone()
    return found


def failures(done):
    lines = (line for line in done.stdout.splitlines() if line.startswith("FAILED "))
    return {line.split(" - ")[0].removeprefix("FAILED tests/schema/") for line in lines}


def apply(clone, scripts, settings=()):
    with psycopg.connect(clone.dsn("postgres"), autocommit=True) as connection:
        for name, wanted in dict(settings).items():
            connection.execute(f"SET {name} = '{wanted}'")
        return [migration.apply(connection, script) for script in scripts]


def seen(clone):
    assert clone.verifier_dsn, "its grants are there from now on"
    with psycopg.connect(clone.dsn("supabase_admin"), autocommit=True) as connection:
        catalog.begin_reading(connection)
        return catalog.read(connection)


@pytest.mark.parametrize("live_project", some_projects(environments=["prod"], states=["before"]), indirect=True)
def test_the_guides_steps_are_judged(live_project, clone_project, judge_live):
    """Before the steps what the scripts add fails, after them nothing; the rollback brings the exact catalog back."""
    with clone_project(live_project.project, "staging", "before") as staging:
        clones = {"prod": live_project, "staging": staging}
        before = {name: seen(clone) for name, clone in clones.items()}
        done = judge_live(*clones.values())
        assert (done.returncode, failures(done)) == (1, BEFORE["prod"] | BEFORE["staging"])
        for name, clone in clones.items():
            apply(clone, REPLICAS[name].migrations)
            # Once more: each may be run again.
            apply(clone, REPLICAS[name].migrations)
        done = judge_live(*clones.values())
        assert (done.returncode, failures(done)) == (0, set()), done.stdout
        assert done.stdout.splitlines()[-1].count("aligned") == 2
        for name, clone in clones.items():
            expected = {"connect.expected_messages": str(value(clone, COUNT))}
            (validated,) = apply(clone, [VALIDATION], expected)
            assert [row for row in validated.rows if row[1] != "✓ PASS"] == []
            apply(clone, REPLICAS[name].rollback, REPLICAS[name].settings)
            assert list(differences.lines(before[name], seen(clone))) == []


@pytest.mark.parametrize("live_project", some_projects(environments=["prod"], states=["aligned"]), indirect=True)
def test_an_aligned_project_holds_and_its_scripts_have_nothing_to_do(live_project, clone_project, judge_live):
    """A project that is aligned from the beginning holds, and no script changes anything there."""
    with clone_project(live_project.project, "staging", "aligned") as staging:
        clones = {"prod": live_project, "staging": staging}
        before = {name: seen(clone) for name, clone in clones.items()}
        done = judge_live(*clones.values())
        assert (done.returncode, failures(done)) == (0, set()), done.stdout
        for name in ENVIRONMENTS:
            apply(clones[name], REPLICAS[name].migrations)
            assert list(differences.lines(before[name], seen(clones[name]))) == []


MACHINERY = {
    "test_machinery.py::test_setting_lets_people_chat[prod-session_replication_role]": (
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET session_replication_role = replica', current_database());"
        " END $$",
        "a new message gets no seq",
        "RESET session_replication_role",
    ),
    "test_machinery.py::test_no_trigger_breaks_a_write[prod-chat_participants]": (
        "CREATE FUNCTION public.forget() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN NEW.last_read_at = OLD.last_read_at; RETURN NEW; END';"
        "CREATE TRIGGER forget BEFORE UPDATE ON public.chat_participants FOR EACH ROW EXECUTE FUNCTION public.forget()",
        "unread counts never fall",
        "DROP TRIGGER forget ON public.chat_participants",
    ),
}


@pytest.mark.parametrize("test", MACHINERY)
@pytest.mark.parametrize("live_project", some_projects(["typical"], ["prod"], ["aligned"]), indirect=True)
def test_what_keeps_people_from_chatting_is_told_live(live_project, clone_project, judge_live, test):
    """A live run says by name what is wrong, what a person sees, and what to run."""
    change, seen_by_people, to_do = MACHINERY[test]
    with psycopg.connect(live_project.dsn("supabase_admin"), autocommit=True) as connection:
        connection.execute(change)
    with clone_project(live_project.project, "staging", "aligned") as staging:
        done = judge_live(live_project, staging)
    assert done.returncode == 1
    assert test in failures(done)
    assert seen_by_people in done.stdout
    assert to_do in done.stdout
