"""All checks in their order. The first ones decide whether the others can be held at all."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from harness.rehearsal import (
    applying,
    bodies,
    deadlocking,
    interrupting,
    locking,
    reversing,
    stalling,
)
from harness.rehearsal.stages import Rehearsal
from harness.rehearsal.traffic import messaging

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.rehearsal import Order
    from harness.rehearsal.findings import Finding, Report
    from harness.rehearsal.stalling import Stall
    from harness.script import Script

__all__ = ["Rehearsal", "hold"]

_ALWAYS = ("applies", "idempotent", "preserves data", "reversible", "atomic", "locks", "stall")
_NO_WAY_BACK = "not rehearsed: there is no down script to run"


def hold(order: Order, rehearsal: Rehearsal, bad: Sequence[Script], report: Report) -> None:
    """Hold every check that can be held, and write down what came of each."""
    way = [*rehearsal.ups, *rehearsal.downs]
    if not _check(report, "syntax", _syntax(rehearsal, [*way, *bad])):
        _leave_out(report, "a script has a syntax error")
        return
    notices: list[str] = []
    applied = _check(report, "applies", applying.applies(rehearsal, notices))
    report.measured["notices"] = notices
    if not applied:
        _leave_out(report, "the scripts do not apply")
        return
    report.notes += applying.unproven(rehearsal)
    _check(report, "idempotent", applying.idempotent(rehearsal))
    _check(report, "preserves data", applying.preserves_data(rehearsal))
    back = True
    if rehearsal.downs:
        back = _check(report, "reversible", reversing.reversible(rehearsal))
        if any(each.name == "ends-other-connections" for each in report.findings):
            # It would end those of the other checks, too.
            _leave_out(report, "a down script ends the connections of others")
            return
        if len(rehearsal.ups) > 1:
            _check(report, "reversible from half-way", reversing.half_way(rehearsal))
    else:
        report.checks["reversible"] = _NO_WAY_BACK
    _check(report, "atomic", _atomic(rehearsal, report))
    for each in bad:
        _check(report, f"refuses {each.path.name}", applying.refuses(rehearsal, each))
    if back or not any(each.name in ("fails", "ends-connection", "open-transaction") for each in report.findings):
        _check(report, "locks", _locks(rehearsal, way, report))
        _check(report, "stall", _stalls(order, rehearsal, way, report))
    else:
        _leave_out(report, "the down scripts do not run to their end")


def _check(report: Report, name: str, found: Iterable[Finding]) -> bool:
    """Whether a check found nothing."""
    fresh = list(found)
    report.findings += fresh
    report.checks[name] = "did not hold" if fresh else "held"
    return not fresh


def _leave_out(report: Report, why: str) -> None:
    for name in _ALWAYS:
        report.checks.setdefault(name, f"not rehearsed: {why}")


def _syntax(rehearsal: Rehearsal, scripts: Sequence[Script]) -> Iterator[Finding]:
    with rehearsal.after(()) as database, database.connect() as connection:
        for each in scripts:
            yield from bodies.syntax_errors(connection, each)


def _atomic(rehearsal: Rehearsal, report: Report) -> Iterator[Finding]:
    for prefix, script in interrupting.all_of(rehearsal):
        for how in interrupting.HOW:
            found = list(interrupting.atomic(rehearsal, prefix, script, how))
            yield from found
            if found:
                # The other ways would leave the same.
                break
    for script in (*rehearsal.ups, *rehearsal.downs):
        if not interrupting.can_be_atomic(script):
            report.notes.append(f"not interrupted, since atomicity cannot hold for it: {script.path}")


def _locks(rehearsal: Rehearsal, way: Sequence[Script], report: Report) -> Iterator[Finding]:
    seen = []
    for place, script in enumerate(way):
        footprints = locking.footprints(rehearsal, way[:place], script)
        seen += [each.as_json() for each in footprints if each.locks or each.scanned or each.rewritten]
        yield from locking.judge(footprints)
        yield from deadlocking.deadlocks(rehearsal, way[:place], script)
    report.measured["locks"] = seen


def _stalls(order: Order, rehearsal: Rehearsal, way: Sequence[Script], report: Report) -> Iterator[Finding]:
    with rehearsal.after(()) as database, database.connect() as connection:
        can_send = bool(messaging(connection))
    if not can_send:
        report.notes.append("no chats to send to: the traffic is the locks that inserts and selects would take")
    measured: list[Stall] = []
    by_path = {str(script.path): script for script in way}
    with ExitStack() as stack:
        grown = [stack.enter_context(stalling.grown(rehearsal, size)) for size in order.sizes if can_send]
        for base in (rehearsal.base, *grown):
            measured += stalling.measure(rehearsal, base)
    for stall in measured:
        if stall.failure is not None:
            report.notes.append(f"under live traffic, {stall.file} gave up: {stall.failure.message}")
        yield from stalling.judge(stall, by_path[stall.file], order.bound)
    report.measured["stalls"] = [stall.as_json() for stall in measured]
