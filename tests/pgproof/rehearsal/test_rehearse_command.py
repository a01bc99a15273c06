"""`python -m harness rehearse`, as a person or a pipeline runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from connect import paths
from tests.fix_runs import clean_environment

HERE = Path(__file__).with_name("rehearsals")
PAIR = ("--up", HERE / "good" / "up.sql", "--down", HERE / "good" / "down.sql")
PLAIN = ("--platform", "none", "--baseline", HERE / "baseline.sql")


@pytest.fixture
def rehearse():
    """Runs the command and returns what it said and its exit code."""

    def run(*arguments):
        command = [sys.executable, "-m", "harness", "rehearse", *map(str, arguments)]
        keywords = {"cwd": paths.ROOT, "env": clean_environment({}), "capture_output": True, "text": True}
        return subprocess.run(command, check=False, **keywords)

    return run


def test_a_good_pair(rehearse):
    """Exit code 0, every check held, and the verdict last."""
    done = rehearse(*PLAIN, *PAIR)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ atomic" in done.stdout
    assert done.stdout.splitlines()[-1] == "safe and reversible: 0 findings"


def test_a_finding_for_a_person(rehearse):
    """Exit code 1; the finding has its file, line and name, and what to do."""
    up = HERE / "no-lock-timeout" / "up.sql"
    done = rehearse(*PLAIN, "--up", up, *PAIR[2:])
    assert done.returncode == 1
    assert f"{up}:2: no-lock-timeout: AccessExclusiveLock on public.notes" in done.stdout
    assert "to do: begin the script with SET LOCAL lock_timeout" in done.stdout


def test_a_finding_for_a_machine(rehearse):
    """One JSON object with the findings, the checks and what was measured."""
    done = rehearse(*PLAIN, "--json", "--up", HERE / "no-such-file.sql", *PAIR[2:])
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [each["name"] for each in found["findings"]] == ["missing-file"]
    assert found["exit_code"] == 1


def test_without_a_baseline_file(rehearse):
    """A baseline that is not there is no verdict on the scripts: exit code 2."""
    done = rehearse("--platform", "none", "--baseline", HERE / "no-such-file.sql", *PAIR)
    assert done.returncode == 2
    assert "missing-file" in done.stdout


def test_what_was_accepted_is_in_the_verdict(rehearse):
    """Without a way back nothing is called reversible."""
    done = rehearse(*PLAIN, *PAIR[:2], "--accept", "no-down")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "nothing found but what was accepted (no-down): 0 findings"


@pytest.mark.parametrize("asked", [("--set", "nothing"), ("--set", "nonsense=1"), ("--pg-version", "9")])
def test_asked_wrongly(rehearse, asked):
    """Exit code 2 and one sentence, never a stack trace."""
    done = rehearse(*PLAIN, *PAIR, *asked)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--accept", "fails"), "invalid choice: 'fails'"),
        (("--accept", "missing-file"), "invalid choice: 'missing-file'"),
        (("--messages", "0"), "'0' is no number of messages; expected a whole number above 0"),
        (("--messages", "many"), "'many' is no number of messages"),
        (("--stall-bound", "nan"), "'nan' is no time; expected milliseconds, above 0"),
        (("--stall-bound", "0"), "'0' is no time"),
    ],
)
def test_what_would_pass_anything_is_refused(rehearse, asked, said):
    """Exit code 2: no bound that nothing exceeds, and nothing accepted after which nothing is rehearsed."""
    done = rehearse(*PLAIN, *PAIR, *asked)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
