"""Several machines run the suite in parts, which together are the whole suite."""

import re
import shlex
import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment

WORKFLOW = (paths.ROOT / ".github" / "workflows" / "verify.yml").read_text()
# Enough tests for the parts to differ, with names that are the same in several files.
SOME = "schema or parity or migration"


def made(*words):
    """What make would run for these words."""
    return subprocess.run(["make", "-n", "test", *words], cwd=paths.ROOT, capture_output=True, text=True, check=False)


def options(*words):
    """How `make test` with these words divides the suite and shuffles it."""
    lines = made(*words).stdout.replace("\\\n", " ").splitlines()
    (command,) = [line for line in lines if "-m pytest" in line]
    given = shlex.split(re.search(r"-m pytest -n 3 (.*?)--results", command)[1])
    return [*given, "-m", SOME, "--collect-only", "-q", "-p", "no:cacheprovider"]


def collected(*given):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *given],
        cwd=paths.ROOT,
        env=clean_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_the_parts_are_the_whole():
    """Each test is in exactly one of the parts, whose order is shuffled, and no part is much larger than another."""
    whole = collected(*options())
    parts = [collected(*options(f"GROUP={group}", "GROUPS=3", "SEED=16000000007")) for group in (1, 2, 3)]
    assert sorted(test for part in parts for test in part) == sorted(whole)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize(
    ("words", "missing"), [(("GROUP=1", "GROUPS=3"), "SEED is missing"), (("GROUP=1", "SEED=7"), "GROUPS is missing")]
)
def test_a_part_of_nothing_known_is_refused(words, missing):
    """Without a common seed, or without their number, nothing is run."""
    done = made(*words)
    assert done.returncode != 0
    assert missing in done.stderr


def test_the_workflow_runs_every_part():
    """Its matrix has as many groups as it says, and all of them get one seed, also if one is run again."""
    (groups,) = re.findall(r"^        group: \[(.+)\]$", WORKFLOW, flags=re.MULTILINE)
    (command,) = re.findall(r"run: make test (.+)", WORKFLOW)
    assert groups.split(", ") == [str(number + 1) for number in range(int(re.search(r"GROUPS=(\d+)", command)[1]))]
    assert command.startswith("GROUP=${{ matrix.group }} ")
    assert command.endswith(" SEED=${{ github.run_id }}")
