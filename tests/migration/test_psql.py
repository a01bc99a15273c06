"""Every script runs under plain psql, as the runbook tells a person to run it."""

import os
import subprocess

import pytest

from connect.paths import ROLLBACK, SQL, VALIDATION
from pgproof.postgres import binaries


@pytest.fixture(scope="session")
def psql():
    """Runs psql -v ON_ERROR_STOP=1 -f FILE on a database; the environment is what a shell with no settings has."""
    program = binaries.find(17).bin_dir / "psql"

    def run(conninfo, script, **settings):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": os.environ.get("HOME", "/"), **settings}
        command = [program, "-X", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", script]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    return run


def test_each_script_ends_with_exit_code_0(baseline, environment, psql):
    """001-003, 004 and the rollback each end with exit code 0, and 004 passes in between."""
    for script in environment.migrations:
        done = psql(baseline, script)
        assert done.returncode == 0, done.stderr
        assert "✓" in done.stderr
    done = psql(baseline, VALIDATION)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ PASS" in done.stdout
    assert "✗ FAIL" not in done.stdout
    told = " ".join(f"-c {setting}={value}" for setting, value in environment.settings.items())
    for script in environment.rollback:
        done = psql(baseline, script, PGOPTIONS=told)
        assert done.returncode == 0, done.stderr


def test_validation_fails_before_the_migration(baseline, psql):
    """On an environment that was not migrated, 004 says ✗ FAIL."""
    done = psql(baseline, VALIDATION)
    assert done.returncode == 0
    assert "✗ FAIL" in done.stdout


def test_rollback_without_a_name_fails(aligned, psql):
    """The run under psql ends with an error if the rollback is not told its environment."""
    done = psql(aligned, ROLLBACK)
    assert done.returncode == 3
    assert "expected prod or staging" in done.stderr


def test_verifier_role_can_be_made_twice(aligned, templates, psql):
    """verifier_role.sql is safe to run again."""
    with templates.alone("connect_verifier"):
        for _ in range(2):
            done = psql(aligned, SQL / "verifier_role.sql")
            assert done.returncode == 0, done.stderr
