"""A live run calls no function of the project but through row-level security, and even that cannot write."""

import subprocess
import sys

import pytest
from psycopg.conninfo import make_conninfo

from connect import paths
from connect.processes import clean_environment
from connect.project import REPLICAS
from pgproof.timing import eventually

TABLES = "chats, chat_participants, chat_messages, message_reactions, attachments"
CALLS = """
SELECT funcid::regprocedure::text, calls FROM pg_stat_user_functions WHERE calls > 0 AND schemaname <> 'pg_catalog'
"""
# PostgreSQL does not count a call that it replaced by the function's body.
REPLACEABLE = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace IN ('public'::regnamespace, 'private'::regnamespace)
  AND l.lanname = 'sql' AND p.proconfig IS NULL AND NOT p.prosecdef
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
WRITES = {
    "inserts": (
        "BEGIN INSERT INTO public.trail DEFAULT VALUES; RETURN true; END",
        "cannot execute INSERT in a read-only transaction",
    ),
    "advances a sequence": (
        "BEGIN PERFORM nextval('public.steps'); RETURN true; END",
        "cannot execute nextval() in a read-only transaction",
    ),
    "leaves read-only mode": (
        "BEGIN SET LOCAL transaction_read_only = off; INSERT INTO public.trail DEFAULT VALUES; RETURN true; END",
        "transaction read-write mode must be set before any query",
    ),
}


class _Counted:
    """A live database, of which the server counts every call of a function."""

    def __init__(self, conninfo, admin, verifier):
        self.conninfo, self.admin, self.verifier = conninfo, admin, verifier
        admin.execute(f"ALTER DATABASE {admin.info.dbname} SET track_functions = 'all'".encode())

    def calls(self):
        """The calls of functions by name, when every other session has ended and so reported them."""
        assert eventually(lambda: self.admin.execute(OTHERS).fetchone() == (0,))
        return dict(self.admin.execute(CALLS).fetchall())


@pytest.fixture
def counted(templates, connect, as_verifier):
    """Both environments, aligned, as live databases with functions that everybody may execute."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as prod,
        templates.clone(REPLICAS["staging"], "aligned") as staging,
    ):
        made = {}
        for name, conninfo in (("prod", prod), ("staging", staging)):
            admin = connect(conninfo)
            admin.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, private TO PUBLIC")
            made[name] = _Counted(conninfo, admin, as_verifier(conninfo))
        yield made


@pytest.fixture
def settings(counted):
    """The variables that make both environments live."""
    return {REPLICAS[name].dsn_variable: each.verifier for name, each in counted.items()}


def harness(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=paths.ROOT,
        env=clean_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_live_run_calls_no_function(run, counted, settings):
    """Schema, security and parity, on both databases: not one call of any function, by the server's own count."""
    assert [each.admin.execute(REPLACEABLE).fetchall() for each in counted.values()] == [[], []]
    done = run("-m", "schema or security or parity", "--live", **settings)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert " passed" in done.stdout
    assert [each.calls() for each in counted.values()] == [{}, {}]


def test_a_live_comparison_calls_no_function(counted, settings):
    """Nor does `diff` of two live databases."""
    done = harness("diff", "live:prod", "live:staging", **settings)
    assert done.returncode in (0, 1), done.stderr
    assert [each.calls() for each in counted.values()] == [{}, {}]


def test_a_copy_of_a_live_schema_calls_no_function(counted, settings, tmp_path):
    """Nor does a rehearsal that copies its schema, pg_dump's queries included."""
    (tmp_path / "up.sql").write_text("ALTER TABLE public.chats ADD COLUMN note text;")
    (tmp_path / "down.sql").write_text("ALTER TABLE public.chats DROP COLUMN note;")
    scripts = ["--up", str(tmp_path / "up.sql"), "--down", str(tmp_path / "down.sql")]
    done = harness("rehearse", "--baseline", "live:prod", *scripts, **settings)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert counted["prod"].calls() == {}


@pytest.fixture
def subject_to_policies(counted, request):
    """The production of `counted` with a role that row-level security holds for; a policy calls looked()."""
    production = counted["prod"]
    admin, name = production.admin, "subject_" + format(abs(hash(request.node.nodeid)), "x")
    admin.execute(f"CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA public TO {name}".encode())
    admin.execute(f"GRANT SELECT ON {TABLES} TO {name}".encode())
    for table in TABLES.split(", "):
        admin.execute(f"CREATE POLICY seen ON {table} FOR SELECT TO {name} USING (true)".encode())
    admin.execute("CREATE TABLE trail (id serial); CREATE SEQUENCE steps")

    def judged_with(body):
        admin.execute(
            f"CREATE FUNCTION looked() RETURNS boolean SECURITY DEFINER LANGUAGE plpgsql AS $$ {body} $$".encode()
        )
        admin.execute(f"CREATE POLICY looked ON chat_messages AS RESTRICTIVE TO {name} USING (looked())".encode())
        return {"CONNECT_PROD_DSN": make_conninfo(production.conninfo, user=name)}

    yield judged_with
    admin.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())


def test_a_call_by_a_policy_is_counted(run, counted, subject_to_policies):
    """The count can fail: where a policy calls a function while rows are read, the server counts it."""
    settings = subject_to_policies("BEGIN RETURN true; END")
    done = run("-m", "schema", "--env", "prod", "--live", **settings)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "in this run only a policy could call one" in done.stdout
    assert counted["prod"].calls()["looked()"] > 0


@pytest.mark.parametrize("what", WRITES)
def test_a_policy_cannot_write(run, counted, subject_to_policies, what):
    """A policy whose function tries to write ends the run with one sentence that names it; nothing is written."""
    body, said = WRITES[what]
    done = run("-m", "schema", "--env", "prod", "--live", **subject_to_policies(body))
    assert done.returncode == 4, done.stdout
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    assert sentence.startswith(f"ERROR: prod: the database answered: {said}")
    assert "; a policy's function public.looked() tried to write, which nothing can here" in sentence
    assert "Traceback" not in done.stdout + done.stderr
    admin = counted["prod"].admin
    assert admin.execute("SELECT count(*) FROM trail").fetchone() == (0,)
    assert admin.execute("SELECT is_called FROM steps").fetchone() == (False,)
    assert admin.execute("SELECT is_called FROM trail_id_seq").fetchone() == (False,)


def test_a_policy_that_refers_to_itself_is_named(run, counted, subject_to_policies):
    """A policy on participants that selects from participants ends the run with one sentence, which says what helps."""
    settings = subject_to_policies("BEGIN RETURN true; END")
    counted["prod"].admin.execute(
        "CREATE POLICY same_chat ON chat_participants FOR SELECT"
        " USING (chat_id IN (SELECT p.chat_id FROM chat_participants p))"
    )
    done = run("-m", "schema", "--env", "prod", "--live", **settings)
    assert done.returncode == 4, done.stdout
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
    assert 'infinite recursion detected in policy for relation "chat_participants"; nobody for whom' in sentence
