"""Many runs in a row: a test that fails sometimes is named, with how often."""

import json
import subprocess
import sys

import pytest

from harness import paths
from harness.fixtures.runs import OUTSIDE, clean_environment

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


@pytest.fixture
def soak(tmp_path):
    """Runs a file of tests three times; returns what was said, and the pass rate that was written."""

    def run(text):
        (tmp_path / "test_it.py").write_text(text)
        words = [*OUTSIDE, str(tmp_path / "test_it.py")]
        command = [sys.executable, "-m", "harness", "soak", "--times", "3", "--folder", str(tmp_path / "soak"), "--"]
        environment = clean_environment({})
        done = subprocess.run(
            [*command, *words], cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False
        )
        return done, json.loads((tmp_path / "soak" / "rate.json").read_text())

    return run


def test_flake_is_named(soak):
    """A test that fails in one run of three is named, and the pass rate is two of three."""
    done, rate = soak(SOMETIMES)
    assert done.returncode == 1, done.stdout + done.stderr
    assert (rate["runs"], rate["passed"]) == (3, 2)
    ((name, times),) = rate["failures"].items()
    assert name.endswith("::test_sometimes")
    assert times == 1


def test_all_passed(soak):
    """Where nothing fails, the soak says so and ends with 0."""
    done, rate = soak("def test_it():\n    pass\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert rate == {"runs": 3, "passed": 3, "failures": {}}


def test_run_that_never_began_is_no_pass(soak):
    """A file that cannot be imported is a failed run, not an empty one."""
    done, rate = soak("import nothing_of_this_name\n")
    assert done.returncode == 1
    assert rate["passed"] == 0
    assert rate["failures"]
