"""Live, as a role that can only read: a chat that nobody can use is red, with the statement that mends it."""

import psycopg
import pytest

from tests.connect.projects.fix_projects import some_projects
from tests.connect.projects.layers import OWN

ALIGNED = some_projects([OWN], ["prod"], ["aligned"])
NAMES = ("mark_messages_as_read", "mark_messages_as_delivered", "get_unread_count", "get_latest_seq")


@pytest.fixture
def judged_both(live_project, clone_project, run):
    """Makes the same change in both environments, judges them live, and returns exit code, failed tests and output."""

    def judge(change, marker="schema", role="postgres"):
        with clone_project(live_project.project, "staging", "aligned") as staging:
            settings = {}
            for clone in (live_project, staging):
                with psycopg.connect(clone.dsn(role), autocommit=True) as connection:
                    connection.execute(change.encode())
                    (count,) = connection.execute("SELECT count(*) FROM public.chat_messages").fetchone()
                prefix = f"CONNECT_{clone.environment.upper()}"
                settings |= {f"{prefix}_DSN": clone.verifier_dsn, f"{prefix}_EXPECTED_MESSAGES": str(count)}
            done = run("-m", marker, "--live", "--env", "prod", "--env", "staging", **settings)
        failed = {
            line.removeprefix("FAILED ").split(" - ")[0].split("[prod-")[-1].rstrip("]")
            for line in done.stdout.splitlines()
            if line.startswith("FAILED ") and "[prod-" in line
        }
        return done.returncode, failed, done.stdout

    return judge


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_functions_that_nobody_may_execute_are_named(judged_both):
    """Without EXECUTE every call and every policy fails: each step says for which function, and what grants it."""
    code, failed, said = judged_both(
        "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public, private FROM PUBLIC, authenticated, service_role"
    )
    assert code == 1
    assert {f"authenticated-{step}" for step in ("list", "open", "subscribe", "send", "make", *NAMES)} <= failed
    assert {f"service_role-{name}" for name in NAMES} <= failed
    assert "sending a message fails with 42501: permission denied for function is_chat_member" in said
    assert "GRANT EXECUTE ON FUNCTION private.is_chat_member(uuid) TO authenticated;" in said
    assert "GRANT EXECUTE ON FUNCTION public.get_latest_seq(uuid) TO service_role;" in said


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_a_server_that_was_granted_nothing_is_named(judged_both):
    """Where new objects are granted to nobody, the server's own role may lack the tables and functions."""
    code, failed, said = judged_both("""
        REVOKE ALL ON public.chats, public.chat_messages, public.attachments FROM service_role;
        REVOKE EXECUTE ON FUNCTION public.get_unread_count(uuid, uuid) FROM service_role;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM service_role""")
    assert code == 1
    # get_latest_seq reads the messages with its caller's rights.
    assert failed == {f"service_role-{step}" for step in ("tables", "get_unread_count", "get_latest_seq")}
    assert "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.chat_messages TO service_role;" in said
    assert "service_role lacks SELECT, INSERT, UPDATE, DELETE on public.attachments" in said


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_a_publication_of_the_whole_schema_holds(judged_both):
    """Whether tables are published one by one or with their schema, realtime carries them."""
    code, _, said = judged_both(
        "DROP PUBLICATION supabase_realtime; CREATE PUBLICATION supabase_realtime FOR TABLES IN SCHEMA public",
        "schema or parity",
        # Only a superuser may publish a schema.
        role="supabase_admin",
    )
    assert code == 0, said


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_the_chat_that_works_holds(judged_both):
    """What looks like a lack and is none: a privilege through PUBLIC, by columns, and a helper that nothing calls."""
    code, _, said = judged_both("""
        REVOKE SELECT ON public.chats FROM authenticated;
        GRANT SELECT (id, type, name, created_by, created_at, updated_at, last_message_at)
          ON public.chats TO authenticated;
        REVOKE EXECUTE ON FUNCTION private.is_chat_member(uuid) FROM authenticated, service_role;
        GRANT EXECUTE ON FUNCTION private.is_chat_member(uuid) TO PUBLIC;
        CREATE FUNCTION private.unused() RETURNS int LANGUAGE sql AS 'SELECT 1';
        REVOKE EXECUTE ON FUNCTION private.unused() FROM PUBLIC;
        ALTER POLICY chat_messages_select ON public.chat_messages TO PUBLIC""")
    assert code == 0, said


@pytest.mark.parametrize("live_project", ALIGNED, indirect=True)
def test_what_cannot_be_told_by_reading_is_advice(judged_both):
    """A trigger that puts its SQL together fails nothing; the run's header says that nobody can judge it by reading."""
    code, _, said = judged_both("""
        CREATE FUNCTION public.count_it() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN EXECUTE 'SELECT 1'; RETURN NEW; END $$;
        CREATE TRIGGER count_it AFTER INSERT ON public.chat_messages
          FOR EACH ROW EXECUTE FUNCTION public.count_it()""")
    assert code == 0, said
    assert (
        "prod: advice: whether public.count_it() may do what it does cannot be told by reading, as it runs SQL" in said
    )
