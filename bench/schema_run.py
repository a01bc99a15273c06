"""All schema tests of one environment, compared with what no such run can do without."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import Row, in_turns, seconds
from bench.surroundings import python, wait_until_quiet
from connect import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMPTY, _SERVER, _INSIDE, _RUN = "empty", "server", "inside", "run"


def rows() -> Iterator[Row]:
    """Yield the times of the run and of its floor.

    The floor is an empty pytest run, and a process that starts the same server from the same cache and asks once.
    """
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder)
        shutil.copy(paths.ROOT / "pytest.ini", empty)
        (empty / "tests").mkdir()
        (empty / "tests" / "test_nothing.py").write_text("def test_nothing():\n    pass\n")

        def empty_run() -> dict[str, float]:
            return {_EMPTY: seconds(lambda: python("-m", "pytest", "-q", cwd=empty))}

        samples = in_turns(_schema_run, empty_run, _one_query)
    floor = [sum(both) for both in zip(samples[_EMPTY], samples[_SERVER], strict=True)]
    strict = [sum(both) for both in zip(samples[_EMPTY], samples[_INSIDE], strict=True)]
    yield Row("an empty pytest run", samples[_EMPTY])
    yield Row("a process that starts the server and asks once", samples[_SERVER])
    yield Row("  of it, after Python itself has started", samples[_INSIDE])
    yield Row("pytest -m schema --env prod", samples[_RUN], against=floor, bound=1.5)
    yield Row("  against the floor without a second Python", samples[_RUN], against=strict)


def _schema_run() -> dict[str, float]:
    wait_until_quiet()
    return {_RUN: seconds(lambda: python("-m", "pytest", "-m", "schema", "--env", "prod", "-q"))}


def _one_query() -> dict[str, float]:
    wait_until_quiet()
    inside: list[str] = []
    whole = seconds(lambda: inside.append(python("-m", "bench.one_query")))
    return {_SERVER: whole, _INSIDE: float(inside[0])}
