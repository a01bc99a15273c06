"""A benchmark's own surroundings: a run folder that no other run shares, no live database, no option from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import CouldNotRun
from connect import paths
from pgproof.paths import run_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

_END_SECONDS = 30


@contextmanager
def own_surroundings() -> Iterator[None]:
    """Set this process's environment, and so its children's, for as long as the benchmarks run; then put it back.

    Raises CouldNotRun if a server does not end at the end.
    """
    # Beside the user's run folder and thus on the same file system, but without the servers of other runs.
    before = dict(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="connect-bench-", dir=run_dir().parent))
    unwanted = ("CONNECT_PROD_DSN", "CONNECT_STAGING_DSN", "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "COLUMNS")
    for name in unwanted:
        os.environ.pop(name, None)
    os.environ["CONNECT_RUN_DIR"] = str(folder)
    os.environ["CONNECT_ENV_FILE"] = str(folder / "no.env")
    try:
        yield
    finally:
        try:
            wait_until_quiet()
        finally:
            os.environ.clear()
            os.environ.update(before)
            shutil.rmtree(folder, ignore_errors=True)


def wait_until_quiet() -> None:
    """Wait until the last server has ended and its folder is gone, so that its end disturbs no measurement.

    Raises CouldNotRun after 30 seconds.
    """
    deadline = time.monotonic() + _END_SECONDS
    while any(run_dir().glob("*/alive")):
        if time.monotonic() > deadline:
            raise CouldNotRun(f"a server in {run_dir()} did not end within {_END_SECONDS} s")
        time.sleep(0.005)


def python(*arguments: str, cwd: Path = paths.ROOT, **variables: str) -> str:
    """Run Python to its end, and return its output. Raises CouldNotRun with its last lines if it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        words = (done.stdout + done.stderr).strip().splitlines()[-5:]
        raise CouldNotRun(f"python {' '.join(arguments)} ended with {done.returncode}: {' | '.join(words)}")
    return done.stdout
