"""How long `python -m harness diff` takes, its memory and what it tells, beside other commands that compare.

Each has to say what differs, by name: a fast wrong answer is none. The pairs are Connect's two baselines, and databases
with many tables that differ in five things. pg_dump takes both dumps at once.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from bench import comparers, measure, pairs
from bench.measure import Line, Row, in_turns
from bench.verdicts import Absent, Beside, Told
from connect.project import PROJECT
from pgproof.postgres import acquire
from pgproof.postgres.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.comparers import Comparer, Ran
    from bench.pairs import Pair
    from bench.verdicts import Verdict

SIZES = (500, 5000)
_ROUNDS = 3
# Whoever takes longer for one comparison is named instead of measured.
_SECONDS = 30
_TIME, _MEMORY = 0.8, 0.5


def rows(
    sizes: Sequence[int] = SIZES, known: Sequence[Comparer] | None = None, rounds: int = _ROUNDS
) -> Iterator[Row | Line | Verdict]:
    """Yield each command's time and memory for each pair of databases.

    sizes: the numbers of tables of the large pairs. known: the commands, ours first; all if not given.
    """
    known = [*comparers.known(), comparers.bare()] if known is None else known
    for each in known:
        if each.name != comparers.BARE:
            yield Line(each.name, each.version or "not installed")
    with closing(acquire(seed=PROJECT.seed)) as server, closing(Templates(server)) as templates:
        with pairs.baselines(templates) as pair:
            yield from _of(pair, known, rounds)
        for size in sizes:
            with pairs.many_tables(templates, size) as pair:
                # The larger, the less a process's own noise is of it.
                yield from _of(pair, known, rounds if size < max(SIZES) else min(rounds, 2))


def _of(pair: Pair, known: Sequence[Comparer], rounds: int) -> Iterator[Row | Line | Verdict]:
    yield Line(pair.title, f"{len(pair.differ)} differences to tell")
    measured: list[Comparer] = []
    told: dict[str, tuple[str, ...]] = {}
    for each in known:
        if each.version is None:
            yield Absent(each.name, pair.title, "not installed")
            continue
        ran = each.run(pair.one, pair.two, _SECONDS)
        if ran.code in each.done:
            measured.append(each)
            told[each.name] = pair.told(ran.said)
            if each.name != comparers.BARE:
                words = f"tells {len(told[each.name])} of {len(pair.differ)}, exit code {ran.code}"
                yield Line(f"  {each.name}", words)
        else:
            yield Line(f"  {each.name}", _failed(ran))
            yield Absent(each.name, pair.title, _failed(ran))
    peaks: dict[str, list[float]] = {each.name: [] for each in measured}

    def step(each: Comparer) -> dict[str, float]:
        ran = each.run(pair.one, pair.two, _SECONDS)
        if ran.code not in each.done:
            raise measure.CouldNotRun(f"{each.name}, which could compare {pair.title} before: {_failed(ran)}")
        peaks[each.name].append(ran.peak)
        return {each.name: ran.seconds}

    taken = in_turns(*(partial(step, each) for each in measured), rounds=rounds, warm=True)
    for what, unit, values, bound in (("time", "ms", taken, _TIME), ("memory", "MiB", peaks, _MEMORY)):
        ours = values.get(comparers.OURS, [])
        floor = Row("it", values[comparers.BARE], unit).middle if comparers.BARE in values else None
        for name, found in values.items():
            yield Row(f"  {name}", found, unit)
            if name not in (comparers.OURS, comparers.BARE):
                asked = bound if name == comparers.PG_DELTA else None
                yield Row(f"    ours against {name}", ours, unit, against=found, bound=asked)
                yield Beside(name, f"{what}, {pair.title}", ours, found, _because(told, name, floor))
    for name, names in told.items():
        if name not in (comparers.OURS, comparers.BARE):
            yield Told(name, f"differences, {pair.title}", told[comparers.OURS], names, len(pair.differ))


def _because(told: dict[str, tuple[str, ...]], rival: str, floor: str | None) -> str:
    """Return what else was measured that explains a time or a memory. floor: of a Python that asks nothing."""
    counts = f"it tells {len(told[rival])} of the differences, we tell {len(told[comparers.OURS])}"
    return counts if floor is None else f"{counts}; {comparers.BARE} takes {floor} of ours"


def _failed(ran: Ran) -> str:
    if ran.code is None:
        return f"no answer within {_SECONDS} s"
    words = (ran.complained or ran.said).strip().splitlines() or ["nothing"]
    return f"failed with exit code {ran.code} and said {words[-1][:200]}"
