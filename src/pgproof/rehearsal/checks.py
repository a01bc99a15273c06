"""All checks, in order. The first ones decide whether the others can run at all."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from pgproof.rehearsal import (
    applying,
    blocking,
    bodies,
    deadlocking,
    interrupting,
    leftovers,
    locking,
    reversing,
    stalling,
)
from pgproof.rehearsal.steps import Rehearsal
from pgproof.rehearsal.traffic import workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgproof.rehearsal.config import Config
    from pgproof.rehearsal.findings import Finding, Result
    from pgproof.rehearsal.stalling import Stall
    from pgproof.scripts.script import Script

__all__ = ["Rehearsal", "hold"]

_ALWAYS = ("applies", "idempotent", "preserves data", "reversible", "atomic", "locks", "stall")
_NO_WAY_BACK = "not rehearsed: there is no down script to run"


def hold(config: Config, rehearsal: Rehearsal, bad: Sequence[Script], result: Result) -> None:
    """Run every check that can run, and add what came of each to the result. bad: scripts that make bad data."""
    way = [*rehearsal.ups, *rehearsal.downs]
    if not _check(result, "syntax", _syntax(rehearsal, [*way, *bad])):
        _leave_out(result, "a script has a syntax error")
        return
    notices: list[str] = []
    applied = _check(result, "applies", applying.applies(rehearsal, notices))
    result.measured["notices"] = notices
    if not applied:
        _leave_out(result, "the scripts do not apply")
        return
    result.notes += applying.unproven(rehearsal)
    _check(result, "idempotent", applying.idempotent(rehearsal))
    _check(result, "preserves data", applying.preserves_data(rehearsal))
    back = True
    if rehearsal.downs:
        back = _check(result, "reversible", reversing.reversible(rehearsal))
        if any(each.name == "ends-other-connections" for each in result.findings):
            # It would end the connections of the other checks, too.
            _leave_out(result, "a down script ends the connections of others")
            return
        if len(rehearsal.ups) > 1:
            _check(result, "reversible from half-way", reversing.half_way(rehearsal))
    else:
        result.checks["reversible"] = _NO_WAY_BACK
    _check(result, "atomic", _atomic(rehearsal, result))
    for each in bad:
        _check(result, f"refuses {each.path.name}", applying.refuses(rehearsal, each))
    if back or not any(each.name in ("fails", "ends-connection", "open-transaction") for each in result.findings):
        _check(result, "locks", _locks(rehearsal, way, result))
        _check(result, "stall", _stalls(config, rehearsal, way, result))
    else:
        _leave_out(result, "the down scripts do not run to their end")


def _check(result: Result, name: str, found: Iterable[Finding]) -> bool:
    """Add a check's findings to the result; return whether there were none."""
    fresh = list(found)
    result.findings += fresh
    result.checks[name] = "did not hold" if fresh else "held"
    return not fresh


def _leave_out(result: Result, why: str) -> None:
    for name in _ALWAYS:
        result.checks.setdefault(name, f"not rehearsed: {why}")


def _syntax(rehearsal: Rehearsal, scripts: Sequence[Script]) -> Iterator[Finding]:
    with rehearsal.after(()) as database, database.connect() as connection:
        for each in scripts:
            yield from bodies.syntax_errors(connection, each)


def _atomic(rehearsal: Rehearsal, result: Result) -> Iterator[Finding]:
    for prefix, script in interrupting.all_of(rehearsal):
        for how in interrupting.HOW:
            found = list(interrupting.atomic(rehearsal, prefix, script, how))
            yield from found
            if found:
                # The other ways of interrupting would leave the same.
                break
    for script in (*rehearsal.ups, *rehearsal.downs):
        if not interrupting.can_be_atomic(script):
            result.notes.append(f"not interrupted, since atomicity cannot hold for it: {script.path}")
    result.notes += leftovers.told(rehearsal)


def _locks(rehearsal: Rehearsal, way: Sequence[Script], result: Result) -> Iterator[Finding]:
    seen = []
    for place, script in enumerate(way):
        footprints = locking.footprints(rehearsal, way[:place], script)
        seen += [each.as_json() for each in footprints if each.locks or each.scanned or each.rewritten]
        yield from locking.judge(footprints)
        hazards = list(blocking.judge(footprints))
        if script in rehearsal.downs:
            # Whoever goes back may have no time to do it without making people wait.
            result.notes += [f"on the way back, {each}" for each in hazards]
        else:
            yield from hazards
        yield from deadlocking.deadlocks(rehearsal, way[:place], script)
    result.measured["locks"] = seen


def _stalls(config: Config, rehearsal: Rehearsal, way: Sequence[Script], result: Result) -> Iterator[Finding]:
    with rehearsal.after(()) as database, database.connect() as connection:
        can_send = bool(workers(rehearsal.workload, connection))
    if not can_send:
        result.notes.append("nobody can send here: the traffic is the locks that inserts and selects would take")
    measured: list[Stall] = []
    by_path = {str(script.path): script for script in way}
    with ExitStack() as stack:
        grown = [stack.enter_context(stalling.grown(rehearsal, size)) for size in config.sizes if can_send]
        for base in (rehearsal.base, *grown):
            measured += stalling.measure(rehearsal, base)
    for stall in measured:
        if stall.failure is not None:
            result.notes.append(f"under live traffic, {stall.file} gave up: {stall.failure.message}")
        yield from stalling.judge(stall, by_path[stall.file], config.bound)
    result.measured["stalls"] = [stall.as_json() for stall in measured]
