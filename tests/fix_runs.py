"""Runs of this suite inside a test, as a person starts them: another process, no settings but those given."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from connect import paths
from connect.processes import clean_environment, usual_signals
from pgproof.paths import run_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., subprocess.CompletedProcess[str]]


# For a file of tests outside this repository: its settings, and as much of its front door as needs no database.
OUTSIDE = (
    "-c",
    str(paths.ROOT / "pytest.ini"),
    *(
        word
        for name in (
            *(f"pgproof.plugin.{each}" for each in ("options", "folders", "changes", "snapshots", "recording")),
            "tests.fix_folders",
        )
        for word in ("-p", name)
    ),
)


def command(*arguments: str) -> list[str]:
    """The command line of a pytest run in a fixed order."""
    return [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs pytest with these arguments and variables, and returns what it said and its exit code.

    wrapped: a command to run it under.
    """

    def start(*arguments: str, wrapped: tuple[str, ...] = (), **settings: str) -> subprocess.CompletedProcess[str]:
        with usual_signals():
            return subprocess.run(
                [*wrapped, *command(*arguments)],
                cwd=paths.ROOT,
                env=clean_environment(settings),
                capture_output=True,
                text=True,
                check=False,
                stdin=subprocess.DEVNULL,
            )

    return start


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts pytest and returns at once; what still runs when the test ends is killed."""
    started: list[subprocess.Popen[str]] = []

    def start_one(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        keywords: dict[str, Any] = {"cwd": paths.ROOT, "env": clean_environment(settings), "text": True}
        with usual_signals():
            process = subprocess.Popen(
                command(*arguments),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                **keywords,
            )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None, "started with a pipe"
        process.stdout.close()


@pytest.fixture
def own_places() -> Iterator[dict[str, str]]:
    """Settings for a run that shares no server and no cache with anybody. The path is short, for sockets."""
    with tempfile.TemporaryDirectory(prefix="c-", dir=run_dir().parent, ignore_cleanup_errors=True) as folder:
        yield {"CONNECT_RUN_DIR": str(Path(folder) / "run"), "CONNECT_CACHE_DIR": str(Path(folder) / "cache")}
