"""Runs a script with the psql that belongs to our server, as a person would."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from bench.measure import CouldNotRun
from pgproof.postgres import binaries

if TYPE_CHECKING:
    from pathlib import Path


def run(conninfo: str, script: Path) -> str:
    """Return what a script prints. Raises CouldNotRun with psql's last words if it fails."""
    program = binaries.find(17).bin_dir / "psql"
    words = [str(program), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", conninfo]
    words += ["--file", str(script)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["nothing"]
        raise CouldNotRun(f"psql -f {script.name} ended with {done.returncode} and said {said[-1]}")
    return done.stdout
