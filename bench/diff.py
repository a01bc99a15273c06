"""How long `python -m harness diff` takes as a whole process, and its memory, beside the rivals that are installed.

Each command has to say what differs: a fast wrong answer is none. See bench/comparers.py, and pairs.py for the pairs.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from bench import comparers, measure, pairs
from bench.measure import Line, Row, in_turns
from connect.project import PROJECT
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.comparers import Comparer, Ran
    from bench.pairs import Pair

SIZES = (500, 5000)
# Whoever takes longer for one comparison is named instead of measured.
_SECONDS = 180
_TIME, _MEMORY = 0.8, 0.5


def rows(
    sizes: Sequence[int] = SIZES, known: Sequence[Comparer] | None = None, rounds: int = measure.ROUNDS
) -> Iterator[Row | Line]:
    """Yield each command's time and memory for each pair of databases.

    sizes: the numbers of tables of the large pairs. known: the commands, ours first; all if not given.
    """
    known = comparers.known() if known is None else known
    for each in known:
        yield Line(each.name, each.version or "not installed")
    with closing(acquire(seed=PROJECT.seed)) as server, closing(Templates(server)) as templates:
        with pairs.baselines(templates) as pair:
            yield from _of(pair, known, rounds)
        for size in sizes:
            with pairs.many_tables(templates, size) as pair:
                yield from _of(pair, known, rounds)


def _of(pair: Pair, known: Sequence[Comparer], rounds: int) -> Iterator[Row | Line]:
    yield Line(pair.title, f"{len(pair.differ)} differences to tell")
    measured: list[Comparer] = []
    for each in known:
        if each.version is None:
            continue
        ran = each.run(pair.one, pair.two, _SECONDS)
        if ran.code in each.done:
            measured.append(each)
            yield Line(f"  {each.name}", f"tells {pair.told(ran.said)} of {len(pair.differ)}, exit code {ran.code}")
        else:
            yield Line(f"  {each.name}", _failed(ran))
    peaks: dict[str, list[float]] = {each.name: [] for each in measured}

    def step(each: Comparer) -> dict[str, float]:
        ran = each.run(pair.one, pair.two, _SECONDS)
        if ran.code not in each.done:
            raise measure.CouldNotRun(f"{each.name}, which could compare {pair.title} before: {_failed(ran)}")
        peaks[each.name].append(ran.peak)
        return {each.name: ran.seconds}

    taken = in_turns(*(partial(step, each) for each in measured), rounds=rounds)
    for unit, values, bound in (("ms", taken, _TIME), ("MiB", peaks, _MEMORY)):
        ours = values.get(comparers.OURS, [])[-rounds:]
        for name, found in values.items():
            if name == comparers.OURS:
                yield Row(f"  {name}", ours, unit)
            else:
                asked = bound if name == comparers.PG_DELTA else None
                yield Row(f"  {name}", found[-rounds:], unit)
                yield Row(f"    ours against {name}", ours, unit, against=found[-rounds:], bound=asked)


def _failed(ran: Ran) -> str:
    if ran.code is None:
        return f"no answer within {_SECONDS} s"
    words = (ran.complained or ran.said).strip().splitlines() or ["nothing"]
    return f"failed with exit code {ran.code} and said {words[-1][:200]}"
