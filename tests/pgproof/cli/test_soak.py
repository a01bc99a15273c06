"""Many runs in a row: a test that fails sometimes is named, with how often."""

import json
import os
import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment
from pgproof.timing import eventually, unit
from tests.fix_runs import OUTSIDE

SOMETIMES = """
import pathlib


def test_sometimes():
    counter = pathlib.Path(__file__).with_name("runs")
    number = len(counter.read_text()) if counter.exists() else 0
    counter.write_text("x" * (number + 1))
    assert number != 1, "the second run"


def test_always():
    pass
"""


WAITS = """
import os, pathlib, signal


def test_it():
    pathlib.Path(__file__).with_name("pid").write_text(str(os.getpid()))
    signal.pause()
"""


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def soak(tmp_path):
    """Runs a file of tests three times; returns what was said, and the pass rate that was written."""

    def run(text, *more, times=3):
        (tmp_path / "test_it.py").write_text(text)
        words = [*OUTSIDE, str(tmp_path / "test_it.py"), *more]
        folder = tmp_path / "soak"
        command = [sys.executable, "-m", "harness", "soak", "--times", str(times), "--folder", str(folder), "--"]
        environment = clean_environment({})
        done = subprocess.run(
            [*command, *words], cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False
        )
        rate = folder / "rate.json"
        return done, json.loads(rate.read_text()) if rate.exists() else None

    return run


def test_a_flake_is_named(soak):
    """A test that fails in one run of three is named, and the pass rate is two of three."""
    done, rate = soak(SOMETIMES)
    assert done.returncode == 1, done.stdout + done.stderr
    assert (rate["runs"], rate["passed"]) == (3, 2)
    ((name, times),) = rate["failures"].items()
    assert name.endswith("::test_sometimes")
    assert times == 1


def test_a_soak_without_a_failure_says_so(soak):
    """Where nothing fails, the soak says so and ends with 0."""
    done, rate = soak("def test_it():\n    pass\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert rate == {"runs": 3, "passed": 3, "failures": {}}


def test_a_run_that_never_began_is_not_a_pass(soak):
    """A file that cannot be imported is a failed run, not an empty one."""
    done, rate = soak("import nothing_of_this_name\n")
    assert done.returncode == 1
    assert rate["passed"] == 0
    assert rate["failures"]


def test_words_that_pytest_refuses_are_told(soak, tmp_path):
    """A soak in a new folder whose runs never begin says so, and keeps what pytest said."""
    done, rate = soak("", "--bogus", times=1)
    assert done.returncode == 1
    assert "a run ended with exit code 4 before it began" in done.stdout
    assert "Traceback" not in done.stderr
    assert rate["passed"] == 0
    assert "--bogus" in (tmp_path / "soak" / "001.log").read_text()


@pytest.mark.parametrize("times", [0, -1])
def test_no_run_at_all_is_refused(soak, times):
    """A soak has one run or more: exit code 2 and one sentence."""
    done, rate = soak("", times=times)
    assert done.returncode == 2
    assert done.stderr == f"--times {times} is not a number of runs; give at least 1\n"
    assert rate is None


def test_a_folder_that_cannot_be_made_is_refused(soak, tmp_path):
    """Where a file has the folder's name, the soak ends with exit code 2 and one sentence."""
    (tmp_path / "soak").write_text("")
    with pytest.raises(NotADirectoryError):
        (tmp_path / "soak" / "rate.json").read_text()
    done, _ = soak("", times=1)
    assert done.returncode == 2
    assert done.stderr == f"--folder {tmp_path / 'soak'} cannot be used: File exists; name another one\n"


def test_an_earlier_soak_leaves_nothing(soak, tmp_path):
    """The logs and runs of a longer soak before are gone, and other files of the folder stay."""
    (tmp_path / "soak" / "results").mkdir(parents=True)
    for name in ("002.log", "1000.log", "results/002.json", "notes.log"):
        (tmp_path / "soak" / name).write_text("")
    soak("def test_it():\n    pass\n", times=1)
    left = {path.name for path in (tmp_path / "soak").rglob("*") if path.is_file()}
    assert left == {"001.log", "001.json", "rate.json", "notes.log"}


def test_a_terminated_soak_leaves_no_run(tmp_path):
    """The run that is under way ends with the soak, as a job that is cancelled expects."""
    (tmp_path / "test_it.py").write_text(WAITS)
    command = [sys.executable, "-m", "harness", "soak", "--folder", str(tmp_path / "soak"), "--", *OUTSIDE]
    with subprocess.Popen([*command, str(tmp_path / "test_it.py")], cwd=paths.ROOT, env=clean_environment({})) as soak:
        assert eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        run = int((tmp_path / "pid").read_text())
        soak.terminate()
        assert soak.wait(20 * unit()) == 143
    assert eventually(lambda: not is_alive(run))
