"""baseline → up → up again → down → up, interrupted, locked, under traffic: and the report of it.

`rehearse` takes anybody's SQL files. Each check is a function in a module of its own, which the tests of our own
scripts call, too. What is not rehearsed: what is in large objects, and what a script changes of roles that
were there before (that is compared, but not put back between the checks).
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness import paths, script
from harness.errors import Refusal
from harness.rehearsal import checks, findings
from harness.rehearsal.findings import Finding, Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import psycopg

    from harness.environments import Environment
    from harness.rehearsal.copying import Copy
    from harness.rehearsal.workshop import Workshop
    from harness.script import Script

_VERSION = 17
_MESSAGING = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY (%s)"
_ROWS = "SELECT count(*) FROM public.chats"


@dataclass(frozen=True)
class Order:
    """What to rehearse, and how. sizes: numbers of messages to measure stalls at. bound: in milliseconds.

    copied: the live environment whose schema comes before the baseline's files. version: of PostgreSQL; if not given,
    that of the live database, else 17.
    """

    baseline: Sequence[Path]
    ups: Sequence[Path]
    downs: Sequence[Path]
    copied: Environment | None = None
    bad_data: Sequence[Path] = ()
    supabase: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    sizes: Sequence[int] = (100_000,)
    bound: float | None = None
    accepted: frozenset[str] = frozenset()
    version: int | None = None


def rehearse(order: Order, workshop: Workshop | None = None) -> Report:
    """Hold the whole rehearsal. What is wrong with the files is in the report, too.

    workshop: a bare one to hold it in, instead of one of its own. Raises Refusal where no rehearsal can be held.
    """
    report = Report()
    baseline = _read(order.baseline, report)
    if report.findings:
        report.decided = False
        return report
    ups, downs, bad = (_read(files, report) for files in (order.ups, order.downs, order.bad_data))
    if not order.downs:
        advice = "write a script that undoes the others, and rehearse it with them"
        report.findings.append(Finding("no-down", "no down script was given", advice=advice))
    _forbid([*ups, *downs, *bad], report)
    unfit = {each.file for each in report.findings if each.name != "outside-transaction"}
    if not unfit & {str(path) for path in [*order.ups, *order.bad_data]}:
        # Without a way back, the way forth can still be rehearsed.
        whole = len(downs) == len(order.downs) and not unfit & {str(path) for path in order.downs}
        _hold(order, (baseline, ups, downs if whole else [], bad), report, workshop)
    _settle(order, report)
    return report


def _read(files: Sequence[Path], report: Report) -> list[Script]:
    scripts = []
    for path in files:
        try:
            scripts.append(script.read(path))
        except script.Unreadable as problem:
            report.findings.append(findings.unreadable(problem))
    return scripts


def _forbid(scripts: Sequence[Script], report: Report) -> None:
    """What shows in the text already: a script that drops a database is not run, one that no transaction holds is."""
    for statement in (statement for each in scripts for statement in each.statements):
        if statement.kind == "DropdbStmt":
            advice = "it is not run, not even here; a migration has no business with whole databases"
            report.findings.append(findings.at("drops-database", statement, statement.title, advice))
        elif statement.outside:
            what = f"{statement.outside} runs outside a transaction: interrupted, it leaves what it has done so far"
            advice = "keep it in a file of its own, and look afterwards whether it got through (an index: indisvalid)"
            report.findings.append(findings.at("outside-transaction", statement, what, advice))


def _hold(order: Order, scripts: tuple[list[Script], ...], report: Report, given: Workshop | None) -> None:
    import psycopg

    from harness.postgres import keeper
    from harness.rehearsal.workshop import Workshop

    baseline, ups, downs, bad = scripts
    copy, version, settings = None, order.version or _VERSION, order.settings
    if order.copied is not None:
        from harness.rehearsal import copying

        copy = copying.read(order.copied, order.version)
        version = order.version or copy.major
        settings = {**copy.settings, **settings}
    try:
        with ExitStack() as stack:
            workshop = given or stack.enter_context(closing(Workshop(version, settings)))
            base = stack.enter_context(
                workshop.made(workshop.start, lambda connection: _prepare(order, connection, baseline, copy, report))
            )
            if report.decided:
                checks.hold(order, checks.Rehearsal(workshop, base, tuple(ups), tuple(downs)), bad, report)
    except keeper.StartError as error:
        raise Refusal(f"no server to rehearse on: {error}") from None
    except psycopg.Error as error:
        # What a script does to its own session is a finding; this is what it did to the whole server.
        raise Refusal(f"the rehearsal broke off: the server said: {str(error).strip().splitlines()[0]}") from None


def _prepare(
    order: Order, connection: psycopg.Connection[Any], baseline: list[Script], copy: Copy | None, report: Report
) -> None:
    """Make the baseline. If it does not apply, the reason is in the report, which is then not decided."""
    from harness.rehearsal import restoring, running

    if copy is not None:
        report.notes += restoring.restore(connection, copy)
    platform = [script.read(paths.SQL / "baseline" / "platform.sql")] if order.supabase and copy is None else []
    for each in [*platform, *baseline]:
        ran = running.run(connection, each)
        if ran.failure is not None:
            report.findings.append(ran.failure.finding(more=" (in the baseline)"))
            report.decided = False
            return
        if ran.left_open:
            connection.execute("COMMIT")
    if order.supabase:
        _add_sample(connection, report)


def _add_sample(connection: psycopg.Connection[Any], report: Report) -> None:
    """Rows for a messaging system without any: keeping no rows is easy."""
    import psycopg

    from harness import samples
    from harness.catalog import MESSAGING_TABLES

    found = connection.execute(_MESSAGING, [list(MESSAGING_TABLES)]).fetchone()
    if found == (len(MESSAGING_TABLES),) and connection.execute(_ROWS).fetchone() == (0,):
        try:
            with connection.transaction():
                samples.load(connection)
        except psycopg.Error as error:
            why = str(error).splitlines()[0]
            report.notes.append(f"the baseline has no chats, and no sample messages fit into it: {why}")
            return
        report.notes.append(f"the baseline has no chats; {samples.MESSAGES} sample messages were put into it")


def _settle(order: Order, report: Report) -> None:
    report.accepted = [each for each in report.findings if each.name in order.accepted]
    report.findings = [each for each in report.findings if each.name not in order.accepted]
