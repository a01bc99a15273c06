"""The plugin in a project that knows nothing of this repository: two files of its own, beside its schema."""

import re

import pytest

from connect import paths

SCHEMA = "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text NOT NULL);\n"
ENVIRONMENTS = '[environments.dev]\nbaseline = ["schema.sql"]\n'
UP = "BEGIN;\nSET LOCAL lock_timeout = '2s';\nALTER TABLE public.notes ADD COLUMN IF NOT EXISTS done bool;\nCOMMIT;\n"
DOWN = "BEGIN;\nSET LOCAL lock_timeout = '2s';\nALTER TABLE public.notes DROP COLUMN IF EXISTS done;\nCOMMIT;\n"
READING = """
def test_body_is_required(snapshot):
    assert snapshot.catalog.get("column", "public.notes.body")["not null"]
"""


@pytest.fixture
def run_pytest(run_installed, tmp_path):
    """Runs pytest in a project with this file of tests; the plugin is found by its entry point."""

    def run(tests, *arguments, **settings):
        (tmp_path / "schema.sql").write_text(SCHEMA)
        (tmp_path / "environments.toml").write_text(ENVIRONMENTS)
        (tmp_path / "test_notes.py").write_text(tests)
        return run_installed("python", "-m", "pytest", "-p", "no:cacheprovider", *arguments, **settings)

    return run


def test_the_documented_project_runs(run_installed, tmp_path):
    """The two files of docs/your-project.md judge the catalog of an environment, and rehearse its migration."""
    text = (paths.ROOT / "docs" / "your-project.md").read_text()
    files = dict(re.findall(r"```\w+\n# (\S+)\n(.*?)```", text, flags=re.DOTALL))
    assert files.keys() == {"environments.toml", "test_notes.py"}
    files |= {"schema.sql": SCHEMA, "001_done.sql": UP, "001_undone.sql": DOWN}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    done = run_installed("python", "-m", "pytest", "-p", "no:cacheprovider", "--env", "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    # Said before the tests, and again in the last line.
    assert done.stdout.count("dev: replica, PostgreSQL 17") == 2


def test_parallel_workers_get_the_snapshot(run_pytest):
    """Workers get the snapshot from who controls them, which says what is judged."""
    done = run_pytest(READING + READING.replace("test_", "test_again_"), "--env", "dev", "-n", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert done.stdout.count("dev: replica, PostgreSQL 17") == 2


def test_an_assertion_that_does_not_hold_fails_the_run(run_pytest):
    """An assertion that does not hold of the catalog fails the run."""
    done = run_pytest(READING.replace("assert", "assert not"), "--env", "dev")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed" in done.stdout


def test_an_unknown_environment_is_one_sentence(run_pytest):
    """An environment that the project does not have is exit code 4 and one sentence."""
    done = run_pytest(READING, "--env", "nowhere")
    assert done.returncode == 4
    assert done.stderr == "ERROR: unknown environment 'nowhere'; choose one of dev\n\n"
    assert done.stdout == ""


def test_no_server_is_started_without_a_test_that_asks(run_pytest):
    """The project's other tests need no database: none is started for them."""
    done = run_pytest(
        "def test_sum():\n    assert 1 + 1 == 2\n" + READING, "-k", "sum", CONNECT_RUN_DIR="/proc/connect"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "replica" not in done.stdout


def test_environments_may_lie_in_another_folder(run_installed, tmp_path):
    """The environments may lie in another folder, which --project names."""
    (tmp_path / "database").mkdir()
    (tmp_path / "database" / "schema.sql").write_text(SCHEMA)
    (tmp_path / "database" / "environments.toml").write_text(ENVIRONMENTS)
    (tmp_path / "test_notes.py").write_text(READING)
    done = run_installed("python", "-m", "pytest", "--project", "database", "--env", "dev")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_dsn_variable_means_the_live_database(run_pytest):
    """A DSN in the environment is judged instead of a replica, although its name begins like libpq's variables."""
    done = run_pytest(READING, "--env", "dev", PGPROOF_DEV_DSN="postgresql://reader@127.0.0.1:1/notes")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "dev: cannot connect to 127.0.0.1:1: nothing listens there" in done.stdout + done.stderr


def test_gate_runs_a_strangers_tests(run_pytest, run_installed):
    """The gate needs nothing of this repository, and its exit code is that of the tests."""
    run_pytest(READING)
    done = run_installed("pgproof", "gate", "--only", "replicas")
    assert done.returncode == 0, done.stdout + done.stderr
    run_pytest(READING.replace("assert", "assert not"))
    assert run_installed("pgproof", "gate", "--only", "replicas").returncode == 1


def test_gate_without_a_project_is_refused(run_installed, tmp_path):
    """Without environments.toml the gate says so, and writes nothing."""
    done = run_installed("pgproof", "gate", "--only", "replicas")
    assert done.returncode == 2
    assert "there is no environments.toml in" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('baseline = "schema.sql"', "environments.dev.baseline must be a list of texts"),
        ('baseline = ["schema.sql"]\ndifferences = ["("]', "environments.dev.differences: '(' is not a regular"),
    ],
    ids=["text for a list", "pattern"],
)
def test_mistake_in_the_environments_is_named(run_pytest, tmp_path, run_installed, written, says):
    """A wrong value is named by its key, without follow-up errors."""
    run_pytest(READING)
    (tmp_path / "environments.toml").write_text(f"[environments.dev]\n{written}\n")
    done = run_installed("python", "-m", "pytest")
    assert done.returncode == 4, done.stdout + done.stderr
    assert says in done.stderr
    assert "there is no file" not in done.stderr


def test_own_option_named_project_stays(run_installed, tmp_path):
    """Outside a project, --project may be an option of somebody else."""
    (tmp_path / "conftest.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--project')\n")
    (tmp_path / "test_theirs.py").write_text(
        "def test_theirs(pytestconfig):\n    assert pytestconfig.option.project == 'foo'\n"
    )
    done = run_installed("python", "-m", "pytest", "--project", "foo")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_plugin_does_nothing_in_an_unrelated_project(run_installed, tmp_path):
    """Where there is no environments.toml the plugin takes no option's or fixture's name, and changes no variable."""
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n\ndef pytest_addoption(parser):\n    parser.addoption('--env', default='theirs')\n\n\n"
        "@pytest.fixture\ndef environment(pytestconfig):\n    return pytestconfig.option.env\n"
    )
    (tmp_path / "test_theirs.py").write_text(
        "import os\n\n\ndef test_theirs(environment):\n"
        "    assert environment == 'theirs'\n    assert os.environ['PGHOST'] == 'db.example.com'\n"
    )
    done = run_installed("python", "-W", "error", "-m", "pytest", "-q", PGHOST="db.example.com")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "pgproof." not in run_installed("python", "-m", "pytest", "--fixtures").stdout
