"""All checks, in order. Each says why it cannot be held where an earlier one makes it pointless."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgproof.rehearsal import (
    applying,
    blocking,
    bodies,
    deadlocking,
    interrupting,
    leaving,
    leftovers,
    locking,
    preserving,
    repeating,
    reversing,
    stalling,
    unless,
    using,
)
from pgproof.rehearsal.run import Run
from pgproof.rehearsal.steps import Rehearsal
from pgproof.rehearsal.traffic import workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pgproof.rehearsal.config import Config
    from pgproof.rehearsal.findings import Finding, Result
    from pgproof.rehearsal.stalling import Stall
    from pgproof.scripts.script import Script

__all__ = ["CHECKS", "Check", "Rehearsal", "Run", "hold"]

# What these say depends on the rows that meet a script's conditions.
_OF_ROWS = ("changes something", "preserves data")


@dataclass(frozen=True)
class Check:
    """One check. name: as the result has it. hold: yields what is wrong.

    unless: returns why the check cannot be held, None if it can. optional: there is nothing to say where it cannot.
    first: the others depend on it, so it is held whatever was asked for.
    """

    name: str
    hold: Callable[[Run], Iterable[Finding]]
    unless: Callable[[Run], str | None]
    optional: bool = False
    first: bool = False


def hold(config: Config, rehearsal: Rehearsal, bad: Sequence[Script], result: Result) -> None:
    """Hold every check that can be held and was asked for, and add what came of each to the result.

    bad: scripts that make bad data.
    """
    run = Run(config, rehearsal, bad, result)
    rehearsal.tell = config.progress.script
    try:
        for place, check in enumerate(CHECKS, 1):
            why, not_asked = check.unless(run), None if check.first else result.not_asked(check.name)
            if why is None and not_asked is None:
                config.progress.check(check.name, place, len(CHECKS))
                found = list(check.hold(run))
                result.findings += found
                result.checks[check.name] = "did not hold" if found else "held"
            elif not check.optional:
                result.checks[check.name] = not_asked or f"not rehearsed: {why}"
    finally:
        config.progress.end()


def _syntax(run: Run) -> Iterator[Finding]:
    with run.rehearsal.after(()) as database, database.connect() as connection:
        for each in [*run.way, *run.bad]:
            yield from bodies.syntax_errors(connection, each)


def _applies(run: Run) -> Iterator[Finding]:
    notices: list[str] = []
    found = list(applying.applies(run.rehearsal, notices))
    run.result.measured["notices"] = notices
    if not found:
        run.result.notes += preserving.unproven(run.rehearsal)
        if any(run.result.not_asked(name) is None for name in _OF_ROWS):
            run.result.undecided += (line for lines in run.rehearsal.unmet.values() for line in lines)
    return iter(found)


def _preserves(run: Run) -> Iterator[Finding]:
    return preserving.preserves_data(run.rehearsal, run.result.notes)


def _reversible(run: Run) -> Iterator[Finding]:
    return reversing.reversible(run.rehearsal, run.result.notes)


def _refuses(run: Run) -> Iterator[Finding]:
    for each in run.bad:
        yield from applying.refuses(run.rehearsal, each)


def _atomic(run: Run) -> Iterator[Finding]:
    yield from interrupting.all_atomic(run.rehearsal)
    for script in run.way:
        if not interrupting.can_be_atomic(script):
            run.result.notes.append(f"not interrupted, since atomicity cannot hold for it: {script.path}")
    run.result.notes += leftovers.told(run.rehearsal)


def _locks(run: Run) -> Iterator[Finding]:
    seen = []
    for place, script in enumerate(run.way):
        footprints = locking.footprints(run.rehearsal, run.way[:place], script)
        seen += [each.as_json() for each in footprints if each.locks or each.scanned or each.rewritten]
        yield from locking.judge(footprints)
        hazards = list(blocking.judge(footprints))
        if place >= len(run.rehearsal.ups):
            # Whoever goes back may have no time to do it without making people wait.
            run.result.notes += [f"on the way back, {each}" for each in hazards]
        else:
            yield from hazards
        yield from deadlocking.deadlocks(run.rehearsal, run.way[:place], script)
    run.result.measured["locks"] = seen


def _stalls(run: Run) -> Iterator[Finding]:
    rehearsal = run.rehearsal
    with rehearsal.after(()) as database, database.connect() as connection:
        can_send = bool(workers(rehearsal.workload, connection))
    if not can_send:
        run.result.notes.append("nobody can send here: the traffic is the locks that inserts and selects would take")
    measured: list[Stall] = []
    by_path = {str(script.path): script for script in run.way}
    with ExitStack() as stack:
        grown = [stack.enter_context(stalling.grown(rehearsal, size)) for size in run.config.sizes if can_send]
        for base in (rehearsal.base, *grown):
            measured += stalling.measure(rehearsal, base)
    for stall in measured:
        if stall.failure is not None:
            run.result.notes.append(f"under live traffic, {stall.file} gave up: {stall.failure.message}")
        yield from stalling.judge(stall, by_path[stall.file], run.config.bound)
    run.result.measured["stalls"] = [stall.as_json() for stall in measured]


CHECKS = (
    Check("syntax", _syntax, unless.never, first=True),
    Check("applies", _applies, unless.parsed, first=True),
    Check("changes something", lambda run: applying.changes_something(run.rehearsal), unless.applied),
    Check("idempotent", lambda run: repeating.idempotent(run.rehearsal), unless.applied),
    Check("preserves data", _preserves, unless.applied),
    Check(
        "leaves all as good",
        lambda run: leaving.leaves(run.rehearsal, run.config.hooks, run.result),
        unless.applied,
    ),
    Check("reversible", _reversible, unless.undone),
    Check("reversible from half-way", lambda run: reversing.half_way(run.rehearsal), unless.together, optional=True),
    Check("in use", lambda run: using.way_back(run.rehearsal, run.result), unless.usable),
    Check("atomic", _atomic, unless.alone),
    Check("refuses bad data", _refuses, unless.bad_data, optional=True),
    Check("locks", _locks, unless.whole),
    Check("stall", _stalls, unless.whole),
)
