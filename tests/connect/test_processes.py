"""Processes that tests start are interrupted as a person's are, and leave nothing in the report around them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connect.paths import ROOT
from connect.processes import clean_environment

# As in the background of a shell, or under nohup.
STARTING = """
import signal, subprocess, sys
from contextlib import nullcontext
from connect.processes import usual_signals
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
with {how}():
    subprocess.run([sys.executable, "-c", child], check=True)
print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
"""


def said(how):
    """What the child and then its parent say of SIGINT."""
    environment = {**clean_environment({}), "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", STARTING.format(how=how)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_a_run_in_the_background_starts_others_that_can_be_interrupted():
    """What is started in the block has the default signals, and its parent goes on ignoring them."""
    assert said("usual_signals") == ["True", "True"]


def test_an_ignored_signal_is_handed_on():
    """A process hands on that it ignores a signal: the test above is able to fail."""
    assert said("nullcontext") == ["False", "True"]


@pytest.mark.parametrize("name", ["CONNECT_PROD_DSN", "PGHOST", "GITHUB_STEP_SUMMARY", "PYTEST_ADDOPTS"])
def test_a_developers_settings_stay_outside(monkeypatch, name):
    """A run inside a test sees only what the test gives it."""
    monkeypatch.setitem(os.environ, name, "mine")
    assert name not in clean_environment({})
    assert clean_environment({name: "given"})[name] == "given"


def test_a_run_inside_a_test_reports_elsewhere():
    """Failure pages and mutation reports of an inner run go to a folder of its own."""
    folder = Path(clean_environment({})["CONNECT_REPORT_DIR"])
    assert folder.is_dir()
    assert ROOT not in folder.parents
