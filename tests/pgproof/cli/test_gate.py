"""The gate before a deploy: replicas and live databases, one report, and never green for want of something."""

import re
import subprocess
import sys
from urllib.parse import unquote
from xml.dom.minidom import parseString
from xml.sax.saxutils import escape, quoteattr

import pytest

from connect import paths
from connect.processes import clean_environment
from connect.project import REPLICAS
from pgproof.cli import gate as gate_command
from pgproof.reporting import results


@pytest.fixture
def gate(tmp_path):
    """Holds the gate with these arguments and variables, with the report in a folder of its own."""

    def hold(*arguments, **settings):
        command = [sys.executable, "-m", "harness", "gate", "--folder", str(tmp_path / "report"), *arguments]
        environment = clean_environment(settings)
        return subprocess.run(command, cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False)

    return hold


def heading(tmp_path):
    """What the report says first."""
    return re.search(r"<h1[^>]*>(.*?)</h1>", (tmp_path / "report" / "index.html").read_text(), re.DOTALL).group(1)


def runs(tmp_path):
    """The names of the runs whose results were kept."""
    return sorted(path.stem for path in (tmp_path / "report" / "results").iterdir())


def test_an_aligned_live_database_opens_the_gate(gate, templates, as_verifier, tmp_path):
    """On an aligned live database the gate is open, and the report says what was judged live."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        done = gate("--env", "prod", "-m", "schema", CONNECT_PROD_DSN=as_verifier(conninfo))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything that was verified holds" in heading(tmp_path)
    kept = results.read(tmp_path / "report" / "results" / "live.json")
    assert [judged.how for judged in kept.judged] == ["live"]
    assert (tmp_path / "report" / "junit-live.xml").exists()


def test_a_live_failure_closes_the_gate(gate, templates, as_verifier, tmp_path):
    """A live database without its migration closes the gate, with replicas green, on GitHub by annotation too."""
    with templates.clone(REPLICAS["prod"], "baseline") as conninfo:
        settings = {"CONNECT_PROD_DSN": as_verifier(conninfo), "GITHUB_ACTIONS": "true"}
        done = gate("--env", "prod", "-m", "schema", **settings, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert "failed" in heading(tmp_path)
    assert re.search(r"^::error file=tests/schema/test_\w+\.py,title=", done.stdout, re.MULTILINE)
    assert "001_schema_alignment.sql was not run here" in (tmp_path / "summary.md").read_text()
    assert conninfo not in "".join(path.read_text() for path in (tmp_path / "report").rglob("*.*"))
    assert done.returncode == 1


def test_a_missing_live_database_closes_the_gate(gate, tmp_path):
    """Without a DSN the gate is closed at once with one sentence, before anything is run on replicas."""
    done = gate("--env", "staging", "-m", "schema")
    assert done.returncode == 4
    assert "set CONNECT_STAGING_DSN" in done.stderr
    assert heading(tmp_path) == "Not finished"
    assert "staging, live: not verified" in (tmp_path / "report" / "index.html").read_text()
    assert runs(tmp_path) == ["live"]


def test_a_live_database_that_cannot_be_judged_is_told_first(gate, templates, tmp_path):
    """An address without a server and a role that can write are told before anything is run, and in the report."""
    unreachable = "postgresql://connect_verifier:Tr0ub4dor@127.0.0.1:1/postgres"
    with templates.clone(REPLICAS["staging"], "aligned") as conninfo:
        done = gate("-m", "schema", CONNECT_PROD_DSN=unreachable, CONNECT_STAGING_DSN=conninfo)
    assert done.returncode == 4
    prod, staging = done.stderr.splitlines()
    assert prod == "prod: cannot connect to 127.0.0.1:1: nothing listens there; check host and port"
    assert staging.startswith(
        "staging: the role postgres can do more than read: is superuser; run sql/verifier_role.sql"
    )
    assert runs(tmp_path) == ["live"]
    page = (tmp_path / "report" / "index.html").read_text()
    assert heading(tmp_path) == "Not finished"
    assert f"Left out: everything, as {prod}" in page
    assert f"Left out: everything, as {staging}" in page
    assert "Tr0ub4dor" not in page + done.stdout + done.stderr


def test_what_is_only_compared_is_reached_first_as_well(gate, templates, as_verifier, tmp_path):
    """Where live parity will be judged, the other environment's database is tried before anything is run."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        settings = {"CONNECT_STAGING_DSN": "postgresql://connect_verifier@127.0.0.1:1/postgres"}
        done = gate("--env", "prod", "-m", "schema", CONNECT_PROD_DSN=as_verifier(conninfo), **settings)
    assert done.returncode == 4
    assert done.stderr.startswith("staging: cannot connect to 127.0.0.1:1: nothing listens there")
    assert runs(tmp_path) == ["live"]


def test_replicas_alone_need_no_live_database(gate, tmp_path):
    """A gate of replicas alone connects to no live database."""
    unreachable = "postgresql://connect_verifier@127.0.0.1:1/postgres"
    done = gate("--only", "replicas", "-m", "parity", CONNECT_PROD_DSN=unreachable)
    assert done.returncode == 0, done.stdout + done.stderr
    assert runs(tmp_path) == ["replicas"]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([0, 0], 0), ([0, 1], 1), ([1, 1], 1), ([0, -9], 4), ([-9, 0], 4), ([1, -15], 4), ([0, 2], 4), ([5], 4)],
)
def test_only_two_finished_runs_decide(codes, expected):
    """Open if all held, 1 if something failed; a run that was killed or did not finish makes it 4."""
    assert gate_command.worst(codes) == expected


def test_a_killed_run_closes_the_gate(gate, templates, as_verifier, tmp_path):
    """A pytest that the system kills in the live half closes the gate, though everything on replicas held."""
    (tmp_path / "killed.py").write_text(
        "import os, signal, sys\nif '--live' in sys.argv:\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        settings = {"PYTEST_ADDOPTS": "-p killed", "PYTHONPATH": str(tmp_path)}
        done = gate("--env", "prod", "-m", "schema", CONNECT_PROD_DSN=as_verifier(conninfo), **settings)
    assert done.returncode == 4, done.stdout + done.stderr
    assert heading(tmp_path) == "Not finished"


def test_prod_is_compared_with_staging(gate, templates, as_verifier, tmp_path):
    """A deploy of prod waits for parity: on replicas always, live where both databases are known."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as prod,
        templates.clone(REPLICAS["staging"], "aligned") as staging,
    ):
        settings = {"CONNECT_PROD_DSN": as_verifier(prod), "CONNECT_STAGING_DSN": as_verifier(staging)}
        done = gate("--env", "prod", "-m", "parity", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = {path.stem: results.read(path) for path in (tmp_path / "report" / "results").iterdir()}
    assert {result.how for result in kept["replicas"].results if result.folder == "parity"} == {"replica"}
    assert {result.how for result in kept["live-parity"].results} == {"live"}
    live = kept["live"].results
    # A test of no environment judges none.
    assert {result.environment for result in live if result.environment is not None} == {"prod"}
    assert "parity" not in {result.folder for result in live}
    assert not [said for run in kept.values() for said in run.left_out]


def test_the_report_says_that_live_parity_was_left_out(gate, templates, as_verifier, tmp_path):
    """With one live database there is nothing to compare it with, and the page's head says so."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        done = gate("--env", "prod", "--only", "live", CONNECT_PROD_DSN=as_verifier(conninfo))
    assert done.returncode == 0, done.stdout + done.stderr
    head = (tmp_path / "report" / "index.html").read_text().split("</header>")[0]
    assert "Left out: parity on live databases, as only prod was chosen" in head


def test_expected_messages_are_for_live_databases(gate):
    """How many messages live production has does not close the gate for its replica, which has the guide's."""
    done = gate("--only", "replicas", "-m", "schema", CONNECT_PROD_EXPECTED_MESSAGES="100000")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_unreadable_setting_is_one_sentence(gate, tmp_path):
    """A setting that cannot be read closes the gate at once, and no older report is left to be believed."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").write_text("all held")
    done = gate("--only", "live", CONNECT_PROD_EXPECTED_MESSAGES="many")
    assert done.returncode == 2
    assert done.stderr == "CONNECT_PROD_EXPECTED_MESSAGES cannot be read; expected a whole number\n"
    assert not (tmp_path / "report" / "index.html").exists()


@pytest.mark.parametrize("password", ["Tr0ub4dor", "a%26b%3Cc"], ids=["plain", "encoded"])
def test_the_junit_file_holds_no_password(tmp_path, password):
    """What a test printed of a live database's password is not in the XML, however it is written there."""
    dsn = f"postgresql://connect_verifier:{password}@db.example.com:5432/postgres"
    file = tmp_path / "junit.xml"
    file.write_text(f"<testsuite name={quoteattr(unquote(password))}>{escape(unquote(password))} {dsn}</testsuite>")
    gate_command.scrub(file, [dsn])
    assert file.read_text().startswith('<testsuite name="***">*** ')
    for written in (password, unquote(password), escape(unquote(password))):
        assert written not in file.read_text()
    # Ours, not a stranger's.
    assert parseString(file.read_text()).documentElement.tagName == "testsuite"  # noqa: S318


def test_a_gate_scrubs_its_junit_file(gate, templates, as_verifier, tmp_path):
    """The XML that a gate keeps was scrubbed."""
    (tmp_path / "leaks.py").write_text(
        "import os\n\n\ndef pytest_unconfigure(config):\n"
        "    os.makedirs(os.path.dirname(config.option.xmlpath), exist_ok=True)\n"
        "    with open(config.option.xmlpath, 'w') as file:\n"
        "        file.write('<leak>' + os.environ['CONNECT_PROD_DSN'] + '</leak>')\n"
    )
    settings = {"PYTEST_ADDOPTS": "-p leaks", "PYTHONPATH": str(tmp_path)}
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        dsn = f"{as_verifier(conninfo)} password=Tr0ub4dor"
        gate("--env", "prod", "--only", "live", CONNECT_PROD_DSN=dsn, **settings)
    assert (tmp_path / "report" / "junit-live.xml").read_text() == "<leak>***</leak>"


def test_old_results_are_not_reported(gate, tmp_path):
    """What an earlier gate made is not part of this one's report; what a soak or a person keeps there stays."""
    report = tmp_path / "report"
    old = ["results/replicas.json", "junit-replicas.xml", "pictures/a.png", "mutation.json", "e2e-test_a--test_b.html"]
    stays = [
        "soak/rate.json",
        "notes.html",
        "results/own.json",
        "junit-ci.xml",
        "pictures/plan.svg",
        "mine--test_x/notes.txt",
    ]
    for name in (*old, "e2e-test_a--test_b/trace.zip", *stays):
        (report / name).parent.mkdir(parents=True, exist_ok=True)
        (report / name).write_text("old")
    done = gate("--env", "prod", "--only", "live")
    assert done.returncode == 4
    found = {str(path.relative_to(report)) for path in report.rglob("*") if path.is_file()}
    assert found == {"results/live.json", "index.html", *stays}


def test_a_gate_inside_a_test_tells_github_nothing():
    """A run that a test starts knows nothing of the job that the test is part of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_ACTIONS", "true")
        patch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
        assert not [name for name in clean_environment({}) if name.startswith("GITHUB_")]


@pytest.mark.parametrize(("tests", "page", "code"), [(0, 0, 0), (1, 1, 1), (4, 1, 4), (0, 2, 1)])
def test_make_test_fails_for_either(tmp_path, tests, page, code):
    """`make test` ends with pytest's own code, and with 1 where only the report could not be made."""
    lines = (paths.ROOT / "Makefile").read_text().split("\ntest:")[1].split("\n\n")[0].split("\n")[1:]
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\ncase "$2" in pytest) exit {tests};; *) exit {page};; esac\n')
    python.chmod(0o755)
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").write_text("old")
    (tmp_path / "Makefile").write_text("\n".join(["PYTEST := .venv/bin/python -m pytest", "test:", *lines, ""]))
    make = ["make", "--silent", "test"]
    done = subprocess.run([*make], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (code == 0)
    assert not code or f"Error {code}" in done.stderr
    assert not (tmp_path / "report" / "index.html").exists()


def test_the_workflow_runs_what_there_is():
    """Each make target that the workflow runs exists, and every step that needs secrets stays off pull requests."""
    text = (paths.ROOT / ".github" / "workflows" / "verify.yml").read_text()
    targets = re.findall(r"run: make ([\w-]+)", text)
    assert {"lint", "test", "gate", "soak"} <= set(targets)
    for target in targets:
        done = subprocess.run(["make", "-n", target], cwd=paths.ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    live = text.split("\n  live:")[1].split("\n  nightly:")[0]
    assert "secrets." not in text.replace(live, "")
    (condition,) = re.findall(r"^    if: (.+)$", live, flags=re.MULTILINE)
    assert set(condition.split(" || ")) == {
        "inputs.live",
        "github.event_name == 'schedule'",
        "github.event_name == 'workflow_dispatch'",
    }


def test_a_deploy_that_calls_the_workflow_waits_for_the_live_databases():
    """Whatever event the caller has: unless it says otherwise, it gets the live half too."""
    text = (paths.ROOT / ".github" / "workflows" / "verify.yml").read_text()
    called = text.split("\n  workflow_call:")[1].split("\npermissions:")[0]
    assert "live: {type: boolean, required: false, default: true}" in called


def test_workflow_tries_every_python_that_the_package_is_for():
    """The whole suite runs on each Python of the package's classifiers."""
    text = (paths.ROOT / ".github" / "workflows" / "verify.yml").read_text()
    package = (paths.ROOT / "pyproject.toml").read_text()
    (tried,) = re.findall(r"^        python: \[(.+)\]$", text, flags=re.MULTILINE)
    assert re.findall(r'"(.+?)"', tried) == re.findall(r'"Programming Language :: Python :: (3\.\d+)"', package)


def test_actions_are_pinned_by_commit():
    """A tag can be moved to other code; a commit cannot. The version beside it is for the reader."""
    text = (paths.ROOT / ".github" / "workflows" / "verify.yml").read_text()
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)] == []
