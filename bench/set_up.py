"""Set-up when there is nothing to do, which every `make` waits for."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from bench.measure import CouldNotRun, Row, in_turns, seconds
from connect import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

_SET_UP, _NOTHING = "set-up", "nothing"


def rows() -> Iterator[Row]:
    """Yield the time, beside that of a shell that does nothing; the bound is a second on any machine."""
    samples = in_turns(
        lambda: {_SET_UP: seconds(lambda: _run("./setup.sh", "requirements.txt"))},
        lambda: {_NOTHING: seconds(lambda: _run("sh", "-c", ":"))},
    )
    yield Row("a shell that does nothing", samples[_NOTHING])
    yield Row("./setup.sh requirements.txt, up to date", samples[_SET_UP], bound=1)


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CouldNotRun(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
