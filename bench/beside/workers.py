"""A part of this project's own suite by one, two and four workers of pytest-xdist.

More workers than cores only help where tests wait. They share one server and its templates.
"""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING

from bench.measure import CouldNotRun, Line, Row, in_turns, seconds
from bench.surroundings import python, wait_until_quiet
from bench.verdicts import Beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.verdicts import Verdict

WORKERS = (1, 2, 4)
# It writes, waits for locks and computes, as the whole suite does.
_PART = ("tests/functions",)


def rows(
    part: Sequence[str] = _PART, workers: Sequence[int] = WORKERS, rounds: int = 1
) -> Iterator[Row | Line | Verdict]:
    """Yield the time with each number of workers, compared with the first. part: what is run.

    Without an uncounted turn: a suite is run once.
    """
    yield Line("  the command", f"python -m pytest {' '.join(part)} -n N")
    passed: set[str] = set()
    taken = in_turns(*(partial(_run, part, each, passed) for each in workers), rounds=rounds, warm=True)
    if len(passed) != 1:
        raise CouldNotRun(f"the workers did not run the same tests: {', '.join(sorted(passed)) or 'none'} passed")
    yield Line("  tests", passed.pop())
    names = {each: f"{each} worker{'s' if each > 1 else ''}" for each in workers}
    alone = taken[str(workers[0])]
    yield Row(names[workers[0]], alone)
    for each in workers[1:]:
        yield Row(names[each], taken[str(each)], against=alone)
        because = f"this machine has {os.cpu_count()} cores, and each worker starts its own Python"
        yield Beside(names[workers[0]], f"time with {names[each]}", taken[str(each)], alone, because)


def _run(part: Sequence[str], workers: int, passed: set[str]) -> dict[str, float]:
    wait_until_quiet()
    said: list[str] = []
    taken = seconds(lambda: said.append(python("-m", "pytest", *part, "-q", "-n", str(workers))))
    passed |= set(re.findall(r"(\d+) passed", said[0]))
    return {str(workers): taken}
