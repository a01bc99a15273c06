"""The gate before a deploy: replicas and live databases, one report, and never green for want of something."""

import re
import subprocess
import sys

import pytest

from harness import paths
from harness.environments import REPLICAS
from harness.fixtures.runs import clean_environment
from harness.reporting import results


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


def test_open_gate(gate, templates, as_verifier, tmp_path):
    """On an aligned live database the gate is open, and the report says what was judged live."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        done = gate("--env", "prod", "-m", "schema", CONNECT_PROD_DSN=as_verifier(conninfo))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything that was verified holds" in heading(tmp_path)
    kept = results.read(tmp_path / "report" / "results" / "live.json")
    assert [judged.how for judged in kept.judged] == ["live"]
    assert (tmp_path / "report" / "junit-live.xml").exists()


def test_live_failure_closes_the_gate(gate, templates, as_verifier, tmp_path):
    """A live database without its migration closes the gate, with replicas green, on GitHub by annotation too."""
    with templates.clone(REPLICAS["prod"], "baseline") as conninfo:
        settings = {"CONNECT_PROD_DSN": as_verifier(conninfo), "GITHUB_ACTIONS": "true"}
        done = gate("--env", "prod", "-m", "schema", **settings, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert "failed" in heading(tmp_path)
    assert re.search(r"^::error file=tests/schema/test_\w+\.py,title=", done.stdout, re.MULTILINE)
    assert "001_schema_alignment.sql was not run here" in (tmp_path / "summary.md").read_text()
    assert conninfo not in "".join(path.read_text() for path in (tmp_path / "report").rglob("*.*"))
    assert done.returncode == 1


def test_missing_live_database_closes_the_gate(gate, tmp_path):
    """Without a DSN the gate is closed with one sentence, though every replica is right."""
    done = gate("--env", "staging", "-m", "schema")
    assert done.returncode == 4
    assert "set CONNECT_STAGING_DSN" in done.stderr
    assert "failed" in heading(tmp_path)


def test_old_results_are_not_reported(gate, tmp_path):
    """What an earlier gate found is no part of this one's report."""
    gate("--env", "prod", "--only", "replicas", "-m", "schema")
    done = gate("--env", "prod", "--only", "live")
    assert done.returncode == 4
    assert [path.name for path in (tmp_path / "report" / "results").iterdir()] == ["live.json"]


def test_workflow_runs_what_there_is():
    """Each make target that the workflow runs exists, and every step that needs secrets stays off pull requests."""
    text = (paths.ROOT / ".github" / "workflows" / "verify.yml").read_text()
    targets = re.findall(r"run: make ([\w-]+)", text)
    assert {"test", "gate", "soak"} <= set(targets)
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
