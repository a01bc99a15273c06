"""`align` copies what an ordinary hosted project has, with what its owner switched on in the dashboard."""

import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment
from tests.connect.projects.fix_projects import some_projects


@pytest.mark.parametrize("live_project", some_projects(environments=["prod"], states=["before"]), indirect=True)
def test_a_live_project_is_copied_whole(live_project, tmp_path):
    """Compared with itself there is nothing to do, and a copy lacks nothing."""
    dsn = live_project.dsn("postgres")
    words = ["align", dsn, dsn, "--into", str(tmp_path / "aligned")]
    done = subprocess.run(
        [sys.executable, "-m", "harness", *words],
        cwd=paths.ROOT,
        env=clean_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert "could not be copied" not in said
    assert "cannot be copied" not in said
    assert done.returncode == 0, said
