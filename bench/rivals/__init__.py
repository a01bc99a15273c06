"""Where rivals are: what `make bench` has installed in this folder, or else what is on the PATH.

CONNECT_RIVALS names another folder with a node_modules, a .venv and a pgtap that hold them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from bench.measure import CouldNotRun


def folder() -> Path:
    """Return the folder in which the rivals are installed."""
    return Path(os.environ.get("CONNECT_RIVALS") or Path(__file__).parent)


def python() -> str:
    """Return the Python that has the rivals' packages, installed or not."""
    return str(folder() / ".venv" / "bin" / "python")


def program(name: str) -> str:
    """Return the path of a program; where it would be if it is installed nowhere."""
    ours = folder() / ".venv" / "bin" / name
    return str(ours) if ours.exists() else shutil.which(name) or str(ours)


def version(package: str) -> str | None:
    """Return the version of a Python package of the rivals, None if it is not installed."""
    spelled = re.compile(re.sub("[-.]", "[-._]", package) + r"-([^-]+)\.dist-info")
    for found in (folder() / ".venv").glob("lib/python*/site-packages/*.dist-info"):
        if match := spelled.fullmatch(found.name):
            return match[1]
    return None


def said(command: list[str]) -> str:
    """Return what a short command prints. Raises CouldNotRun with its last words if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
        raise CouldNotRun(f"{command[0]} ended with {done.returncode}: {words[-1]}")
    return done.stdout
