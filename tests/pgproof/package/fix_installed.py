"""The package as `pip install .` makes it, in a virtual environment of its own, run from any folder."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import sysconfig
import venv
from typing import TYPE_CHECKING

import pytest

from connect import paths
from connect.processes import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Needs no network: the build backend is one of requirements.txt.
BUILD = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory")
INSTALL = ("install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A virtual environment with the package in it and nothing of the checkout, made once for all workers of a run.

    Its dependencies are those of the environment that runs the tests.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "installed"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Written last.
        dependencies = folder / "venv" / "lib" / _version() / "site-packages" / "dependencies.pth"
        if not dependencies.exists():
            venv.create(folder / "venv", clear=True, symlinks=True)
            _run(*BUILD, str(folder))
            (wheel,) = folder.glob("*.whl")
            python = str(folder / "venv" / "bin" / "python")
            _run(sys.executable, "-m", "pip", "--python", python, *INSTALL, str(wheel))
            dependencies.write_text(sysconfig.get_path("purelib"))
    return folder / "venv"


def _version() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def run_installed(installed: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a program of that environment, such as "pgproof", in the test's own folder, with these variables."""
    bare = {name: value for name, value in clean_environment({}).items() if not name.startswith("PYTHON")}

    def run(program: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(installed / "bin" / program), *arguments],
            cwd=tmp_path,
            env=bare | settings,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run
