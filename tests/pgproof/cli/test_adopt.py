"""`adopt` copies a project's schema without a row or a secret, and replicas of the copy can be judged."""

import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from connect import paths
from connect.processes import clean_environment
from connect.project import PROJECT
from pgproof import catalog, project
from pgproof.catalog import differences
from pgproof.postgres import binaries
from pgproof.postgres.seed import Seed
from pgproof.supabase import PLATFORM

CASES = Path(__file__).parent.parent / "adoption" / "cases"
COPIED = ("column", "constraint", "index", "policy", "trigger", "function", "published table")


@pytest.fixture(scope="module")
def real(scratch_server):
    """The connection string of a project's database, with rows, and more of the platform than a replica has."""

    def fill(connection):
        Seed((PLATFORM,)).fill(connection)
        for name in ("platform", "project"):
            connection.execute((CASES / f"{name}.sql").read_text())
        connection.execute((paths.SQL / "verifier_role.sql").read_text())
        connection.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA net, public FROM PUBLIC")

    with scratch_server.made(scratch_server.start, fill) as name, scratch_server.clone(name) as database:
        yield database.conninfo


def adopt(*arguments, folder, **variables):
    """The finished command, run in a folder."""
    command = [sys.executable, "-m", "harness", "adopt", *map(str, arguments)]
    settings = clean_environment({"PYTHONPATH": f"{paths.ROOT}:{paths.ROOT / 'src'}", **variables})
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def dump(real, tmp_path_factory):
    """A dump of everything, rows too, as pg_dump writes it."""
    file = tmp_path_factory.mktemp("dump") / "prod.sql"
    program = binaries.find(17).bin_dir / "pg_dump"
    file.write_bytes(subprocess.run([program, real], check=True, capture_output=True).stdout)
    return file


@pytest.fixture(scope="module")
def adopted(real, dump, tmp_path_factory):
    """What the command said, and the folder that it wrote: production from the live database, staging from a dump."""
    folder = tmp_path_factory.mktemp("adopted")
    live = make_conninfo(real, user="connect_verifier")
    done = adopt("live:prod", f"staging={dump}", "--into", "mine", folder=folder, CONNECT_PROD_DSN=live)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, folder / "mine"


@pytest.fixture
def own_catalog(connect):
    """Reads what belongs to the project in a database, without owners."""

    def read(conninfo):
        session = connect(conninfo)
        catalog.begin_reading(session)
        found = catalog.read(session, ("public", "app"))
        session.execute("ROLLBACK")
        kept = {
            key: {name: value for name, value in each.items() if name != "owner"}
            for key, each in found.objects.items()
            if not any(word in f"{key[1]} {each}" for word in ("connect_verifier", "net.hook", "public.key()"))
        }
        return catalog.Catalog({key: each for key, each in kept.items() if key[0] in COPIED}, {}, {}, found.major)

    return read


@pytest.mark.parametrize("name", ["prod", "staging"])
def test_a_copy_is_the_schema(adopted, real, name, scratch_server, own_catalog):
    """What is the project's is in the copy as it is there, from a live database and from a dump."""
    sql = (adopted[1] / "sql" / "baseline" / f"{name}.sql").read_text()

    def fill(connection):
        Seed((PLATFORM,)).fill(connection)
        connection.execute(sql)

    with scratch_server.made(scratch_server.start, fill) as made, scratch_server.clone(made) as database:
        here = own_catalog(database.conninfo)
        with psycopg.connect(database.conninfo) as connection:
            on_platform = connection.execute(
                "SELECT (SELECT count(*) FROM pg_trigger WHERE tgname = 'greet'),"
                " (SELECT count(*) FROM pg_policies WHERE policyname = 'files'),"
                " (SELECT count(*) FROM pg_event_trigger), has_table_privilege('anon', 'public.chats', 'SELECT'),"
                " has_table_privilege('connect_reporting', 'public.chats', 'SELECT')"
            ).fetchone()
    assert list(differences.lines(own_catalog(real), here)) == []
    assert on_platform == (1, 1, 0, False, True)


def test_no_row_and_no_secret_is_copied(adopted):
    """Neither a row nor what looks like a secret is in any file, nor is the connection string."""
    said, folder = adopted
    everything = said + "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    for secret in ("private@example.com", "geheim", "sk_live_", "host=", "user="):
        assert secret not in everything, secret


def test_what_was_left_out_is_said(adopted):
    """The output and README.md name it, and what the run on a replica would miss makes that inconclusive."""
    said, folder = adopted
    readme = (folder / "README.md").read_text()
    for text in (said, readme):
        assert "rows of app.profiles, auth.users" in text
        assert "trigger hook on public.chats: it would tell another server" in text
        assert "stand-ins were made of the platform's vault" in text
        assert "a secret in CREATE FUNCTION public.key()" in text
    found = project.read(folder)
    assert all(each.not_copied for each in found.environments.values())


def test_the_folder_is_a_project(adopted):
    """It has the current project's title, variables, hooks, scripts and settings, and says which tests judge it."""
    found = project.read(adopted[1])
    assert (found.title, found.prefix, type(found.hooks)) == (PROJECT.title, PROJECT.prefix, type(PROJECT.hooks))
    assert found.suite.resolve() == paths.ROOT.resolve()
    for name, each in found.environments.items():
        known = PROJECT.environments[name]
        assert [path.name for path in each.migrations] == [path.name for path in known.migrations]
        assert (each.title, each.settings, each.read_only) == (known.title, known.settings, known.read_only)
        assert [path.read_bytes() for path in each.rollback] == [path.read_bytes() for path in known.rollback]


def test_sample_rows_fit_into_the_copy(adopted, scratch_server):
    """All 183 messages are there, with the columns, checks and parents that this project asks for; no trigger ran."""
    found = project.read(adopted[1])

    def fill(connection):
        found.seed.fill(connection)
        connection.execute(found.environments["prod"].baseline[0].read_bytes())
        assert found.seed.add_fitting(connection) == ()

    with (
        scratch_server.made(scratch_server.start, fill) as made,
        scratch_server.clone(made) as database,
        psycopg.connect(database.conninfo) as connection,
    ):
        query = """
            SELECT count(*), count(*) FILTER (WHERE updated_at = created_at), count(*) FILTER (WHERE seq IS NULL)
            FROM public.chat_messages"""
        assert connection.execute(query).fetchone() == (183, 183, 0)
        assert connection.execute("SELECT count(*) > 0 FROM public.attachments WHERE url <> ''").fetchone() == (True,)
        assert connection.execute("SELECT count(*) > 0 FROM app.profiles").fetchone() == (True,)


def test_a_run_on_an_incomplete_copy_is_not_green(adopted, run):
    """Every test passes, and the run fails all the same; it names what the copy lacks."""
    chosen = "tests/schema/test_realtime.py::test_operation_is_published"
    done = run(chosen, f"--project={adopted[1]}", "--env", "prod")
    assert done.returncode == 1, done.stdout
    assert "inconclusive" in done.stdout
    assert "prod: not copied from the real schema: a secret in" in done.stdout
    assert "failed" not in done.stdout.splitlines()[-2]


def test_a_run_without_some_sample_rows_is_not_green(adopted, run, tmp_path):
    """What no row fits into is named with table and constraint, also by the workers of a parallel run."""
    folder = tmp_path / "mine"
    shutil.copytree(adopted[1], folder)
    baseline = folder / "sql" / "baseline" / "prod.sql"
    never = "ALTER TABLE public.attachments ADD CONSTRAINT never CHECK (id IS NULL);\n"
    baseline.write_text(baseline.read_text() + never)
    toml = folder / "environments.toml"
    toml.write_text("".join(line for line in toml.read_text().splitlines(True) if not line.startswith("not_copied")))
    chosen = "tests/schema/test_realtime.py::test_operation_is_published"
    for workers in ((), ("-n", "1")):
        done = run(chosen, f"--project={folder}", "--env", "prod", *workers)
        assert done.returncode == 1, done.stdout
        assert "prod: no sample rows: public.attachments, never: " in done.stdout


def test_the_stack_runs_on_a_copy(adopted, own_stack):
    """People sign in and have their chats, in the project's own schema."""
    stack = own_stack("prod", "--project", str(adopted[1]), "--state", "baseline")
    assert len(stack.users) == 6
    assert stack.api(stack.users[0]) is not None
    with psycopg.connect(stack.dsn) as connection:
        assert connection.execute("SELECT count(*) FROM app.profiles").fetchone() != (0,)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("live:prod",), "a live run needs the database of prod: set CONNECT_PROD_DSN"),
        (("live:here",), "unknown environment 'here'"),
        (("No-Name.sql",), "'No-Name' cannot be the name of an environment; write NAME=No-Name.sql"),
        (("prod_é=a.sql",), "'prod_é' cannot be the name of an environment; write NAME=a.sql, where NAME consists of"),
        (("prod=nowhere.sql",), "nowhere.sql cannot be read: No such file or directory"),
        (("prod=a.sql", "prod=a.sql"), "two schemas cannot both be the environment 'prod'"),
        (("prod=rows.sql",), "rows.sql makes nothing that is the project's own"),
        (("prod=wrong.sql",), "wrong.sql:1: "),
        (("prod=a.sql", "--project", "nowhere"), "nowhere/environments.toml cannot be read"),
        (("prod=a.sql", "--into", "taken"), "taken has files, and adopt did not write it"),
    ],
)
def test_what_cannot_be_adopted_is_one_sentence(tmp_path, arguments, sentence):
    """Exit code 2, one sentence, and nothing is written."""
    (tmp_path / "a.sql").write_text("CREATE TABLE public.a (b int);")
    (tmp_path / "rows.sql").write_text("INSERT INTO public.a VALUES (1);")
    (tmp_path / "wrong.sql").write_text("CREATE TABEL public.a (b int);")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes").write_text("")
    done = adopt(*arguments, folder=tmp_path)
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 1, "")
    assert sentence in done.stderr
    assert not (tmp_path / "adopted").exists()


def test_the_password_of_a_live_database_is_never_said(real, tmp_path):
    """Nothing that is said or written has it, also if the database cannot be reached."""
    port = int(conninfo_to_dict(real).get("port", 5432)) + 1
    dsn = f"host=127.0.0.1 port={port} user=connect_verifier password=geheim dbname=x"
    done = adopt("live:prod", folder=tmp_path, CONNECT_PROD_DSN=dsn)
    assert done.returncode == 2
    assert "geheim" not in done.stdout + done.stderr
