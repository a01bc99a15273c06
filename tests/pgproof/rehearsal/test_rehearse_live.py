"""A live database as the baseline of a rehearsal: only read, and copied as it is there, or what is not is said."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from connect import paths
from connect.processes import clean_environment
from connect.project import PROJECT, REPLICAS
from pgproof import rehearsal
from pgproof.errors import UsageError
from pgproof.postgres import binaries
from pgproof.rehearsal import copying, restoring
from tests.pgproof.meanwhile import without_others

CASES = Path(__file__).with_name("cases")
SECRET = "geheim"
# Where the environment makes no difference.
in_prod = pytest.mark.parametrize("environment_name", ["prod"], indirect=True)


@pytest.fixture(params=REPLICAS)
def environment_name(request):
    """Of each environment in its turn."""
    return request.param


@pytest.fixture
def unmigrated(templates, environment_name):
    """The connection string of a replica before its migrations."""
    with templates.clone(REPLICAS[environment_name], "baseline") as conninfo:
        yield conninfo


@pytest.fixture
def live_environment(unmigrated, environment_name, as_verifier):
    """The environment as its CONNECT_…_DSN makes it, with the role that can only read."""
    return replace(REPLICAS[environment_name], dsn=SecretStr(as_verifier(unmigrated)))


@pytest.fixture
def said_of_copy(live_environment, scratch_server):
    """Copies the live environment to a private server; returns what is said of the copy."""

    def make():
        said, copy = [], copying.read(live_environment, PROJECT.hooks)
        with scratch_server.made(scratch_server.start, lambda session: said.extend(restoring.restore(session, copy))):
            return without_others(said)

    return make


def test_its_own_scripts_are_rehearsed_on_it(live_environment):
    """The scripts of an environment are safe on a copy of its schema with sample messages; the result says both."""
    config = rehearsal.Config(
        [],
        live_environment.migrations,
        live_environment.rollback,
        copied=live_environment,
        hooks=PROJECT.hooks,
        settings=live_environment.settings,
        sizes=(),
        # They check and index whole tables; for how long that blocks is measured elsewhere.
        accepted=("blocks-readers", "blocks-writers"),
    )
    result = rehearsal.rehearse(config)
    assert (result.exit_code, result.findings) == (0, [])
    # What the linter says of the functions that staging gets, and which hazards it has, is beside the point.
    notes = without_others(result.notes)
    assert [each for each in notes if not each.startswith(("the linter says", "--accept"))] == [
        f"the baseline is the schema of {live_environment.name}, without its rows",
        f"put together from {live_environment.name}'s catalog, since pg_dump may not lock them: auth.users,"
        " realtime.messages, storage.buckets, storage.objects",
        "the baseline has no chats; 183 sample messages were added to it",
    ]


def test_what_pg_dump_may_not_lock_is_copied_all_the_same(unmigrated, environment_name, connect, said_of_copy):
    """Tables that the role may not read are as they are there, but for which columns an heir has of its own."""
    connect(unmigrated).execute((CASES / "closed.sql").read_text())
    said = said_of_copy()
    assert "auth.sessions" in said[1]
    assert said[2:] == [
        f"not as in {environment_name}: column public.heir.{column}: local only in the copy" for column in "ab"
    ]


@in_prod
def test_what_cannot_be_copied_is_said(unmigrated, environment_name, connect, said_of_copy):
    """An extension that is not to be had here, and what needs it, are named, each with the reason."""
    connect(unmigrated).execute(
        "CREATE EXTENSION pgcrypto; UPDATE pg_extension SET extname = 'no_such_extension' WHERE extname = 'pgcrypto'"
    )
    said = said_of_copy()
    assert any(
        f"not copied from {environment_name}: CREATE EXTENSION IF NOT EXISTS no_such_extension" in line for line in said
    )
    assert f"not as in {environment_name}: extension no_such_extension: only in {environment_name}" in said


@in_prod
def test_what_leads_from_there_to_another_server_is_not_copied(unmigrated, environment_name, connect, said_of_copy):
    """A foreign server whose address is elsewhere is named, and one on this machine is as it is there."""
    connect(unmigrated).execute(
        "CREATE FOREIGN DATA WRAPPER wrapper; CREATE SERVER far FOREIGN DATA WRAPPER wrapper OPTIONS (host '10.0.0.1');"
        "CREATE SERVER near FOREIGN DATA WRAPPER wrapper OPTIONS (host 'localhost')"
    )
    said = said_of_copy()
    assert any("CREATE SERVER far" in line and "is not on this machine" in line for line in said)
    assert not any(" near" in line for line in said)


@in_prod
def test_the_search_path_of_a_migration_is_the_live_one(live_environment, unmigrated, connect):
    """What a script finds without naming a schema there, it finds in the rehearsal."""
    dbname = connect(unmigrated).info.dbname
    connect(unmigrated).execute(f"ALTER ROLE postgres IN DATABASE {dbname} SET search_path = '$user', public, auth")
    assert copying.read(live_environment, PROJECT.hooks).settings == {"search_path": '"$user", public, auth'}


@in_prod
def test_a_locked_table_is_not_waited_for(live_environment, unmigrated, connect):
    """Behind somebody's exclusive lock pg_dump gives up after a moment, and the copy is refused with one sentence."""
    holder = connect(unmigrated)
    holder.execute("CREATE TABLE public.held (); GRANT SELECT ON public.held TO connect_verifier")
    holder.execute("BEGIN; LOCK TABLE public.held IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(UsageError, match="statement timeout; something holds a lock there, try again"):
        copying.read(live_environment, PROJECT.hooks)


@in_prod
def test_a_role_that_can_write_is_refused(live_environment, unmigrated):
    """The read-only check of every live run comes first."""
    with pytest.raises(UsageError, match="can do more than read"):
        copying.read(replace(live_environment, dsn=SecretStr(unmigrated)), PROJECT.hooks)


@in_prod
def test_pg_dump_gets_no_secret_on_its_command_line(live_environment):
    """A process list shows arguments to everybody, so passwords go by the environment."""
    dsn = SecretStr(f"host=h user=u password={SECRET} sslmode=prefer")
    given, variables = copying.handed_over(replace(live_environment, dsn=dsn))
    assert SECRET not in given
    assert variables == {"PGPASSWORD": SECRET}
    with pytest.raises(UsageError, match="pg_dump cannot be given sslpassword"):
        copying.handed_over(replace(live_environment, dsn=SecretStr(f"host=h sslpassword={SECRET}")))


@in_prod
def test_without_pg_dump_it_is_said_where_it_should_be(live_environment, tmp_path, monkeypatch):
    """Some installations have the server alone."""
    monkeypatch.setattr(binaries, "find", lambda major: binaries.Binaries(major, tmp_path))
    with pytest.raises(UsageError, match=f"there is no pg_dump in {tmp_path}; install PostgreSQL 17's client programs"):
        copying.read(live_environment, PROJECT.hooks)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--baseline", "live:prod"), "a live run needs the database of prod: set CONNECT_PROD_DSN"),
        (("--baseline", "live:here"), "unknown environment 'here'"),
        (("--baseline", "more.sql", "live:prod"), "only the first can be live:ENVIRONMENT"),
    ],
)
def test_a_wrong_live_baseline_is_one_sentence(asked, sentence):
    """Exit code 2 and one sentence."""
    up = CASES / "good" / "up.sql"
    command = [sys.executable, "-m", "harness", "rehearse", *asked, "--up", up]
    done = subprocess.run(
        command, cwd=paths.ROOT, env=clean_environment({}), capture_output=True, text=True, check=False
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert sentence in done.stderr


@in_prod
def test_an_older_postgresql_than_the_live_one_is_refused(live_environment):
    """An older pg_dump cannot read it, and an older server not take it."""
    with pytest.raises(UsageError, match="a database of PostgreSQL 17 cannot be rehearsed on PostgreSQL 16"):
        copying.read(live_environment, PROJECT.hooks, 16)


def test_the_copy_of_a_hosted_project_has_its_owner(supabase_server, tmp_path):
    """Scripts run as postgres there and here: what it does not own it cannot change, what supautils allows it can."""
    up, down = tmp_path / "up.sql", tmp_path / "down.sql"
    with supabase_server.clone(supabase_server.start) as project:
        with project.connect() as session:
            session.execute("CREATE TABLE public.clubs (id int PRIMARY KEY)")
            session.execute("CREATE ROLE connect_verifier LOGIN; GRANT SELECT ON public.clubs TO connect_verifier")
        with project.by_superuser().connect() as session:
            # A real one has the library instead.
            session.execute(
                "DO $$ DECLARE f regprocedure; BEGIN"
                " FOR f IN SELECT oid FROM pg_proc WHERE proname LIKE 'supautils\\_%' LOOP"
                " EXECUTE format('DROP FUNCTION %s CASCADE', f); END LOOP; END $$"
            )
        dsn = make_conninfo(project.conninfo, user="connect_verifier")
        live = replace(REPLICAS["prod"], dsn=SecretStr(dsn))

        def rehearsed(forwards, backwards):
            up.write_text(f"BEGIN; SET LOCAL lock_timeout = '2s'; {forwards}; COMMIT;")
            down.write_text(f"BEGIN; SET LOCAL lock_timeout = '2s'; {backwards}; COMMIT;")
            return rehearsal.rehearse(rehearsal.Config([], [up], [down], copied=live, sizes=()))

        refused = rehearsed("ALTER TABLE auth.users ADD motto text", "ALTER TABLE auth.users DROP motto")
        policy = "DROP POLICY IF EXISTS own ON storage.objects"
        allowed = rehearsed(f"{policy}; CREATE POLICY own ON storage.objects USING (false)", policy)
    assert [each.what for each in refused.findings] == ["must be owner of table users"]
    assert allowed.findings == []
    assert "the scripts run as postgres, which is not a superuser, as in prod" in allowed.notes
