"""Rehearses a migration: baseline → up → up again → down → up, interrupted, locked, under traffic.

`rehearse` takes anybody's SQL files. Each check is a function in a module of its own, which a project's own tests can
call, too. Not rehearsed are the contents of large objects, and changes to roles that existed before (these are
compared, but not undone between the checks).
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError
from pgproof.rehearsal import accepting, checks, findings, leftovers
from pgproof.rehearsal.config import Config
from pgproof.rehearsal.findings import Finding, Result
from pgproof.scripts import script
from pgproof.supabase import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import psycopg

    from pgproof.rehearsal.copying import Copy
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.scripts.script import Script

__all__ = ["Config", "rehearse"]

_VERSION = 17


def rehearse(config: Config, server: ScratchServer | None = None) -> Result:
    """Rehearse the scripts and return the result, which also says what is wrong with the files.

    server: with an empty `start` database, to use instead of a new one. Raises UsageError if no rehearsal is possible.
    """
    accepting.read(config.accepted)
    result = Result()
    baseline = _read(config.baseline, result)
    if result.findings:
        result.decided = False
        return result
    ups, downs, bad = (_read(files, result) for files in (config.ups, config.downs, config.bad_data))
    if not config.downs:
        advice = "write a script that undoes the others, and rehearse it with them"
        result.findings.append(Finding("no-down", "no down script was given", advice=advice))
    _forbid([*ups, *downs, *bad], result)
    unfit = {each.file for each in result.findings if each.name != "outside-transaction"}
    if not unfit & {str(path) for path in [*config.ups, *config.bad_data]}:
        # Without usable down scripts, the up scripts can still be rehearsed.
        whole = len(downs) == len(config.downs) and not unfit & {str(path) for path in config.downs}
        _hold(config, (baseline, ups, downs if whole else [], bad), result, server)
    _settle(config, result)
    return result


def _read(files: Sequence[Path], result: Result) -> list[Script]:
    scripts = []
    for path in files:
        try:
            scripts.append(script.read(path))
        except script.Unreadable as problem:
            result.findings.append(findings.unreadable(problem))
    return scripts


def _forbid(scripts: Sequence[Script], result: Result) -> None:
    """Report what the text alone shows. A script that drops a database is not run; one outside transactions is."""
    apart = {statement for each in scripts for statement in leftovers.apart(each)}
    for statement in (statement for each in scripts for statement in each.statements):
        if statement.kind == "DropdbStmt":
            advice = "it is not run, not even here; a migration must leave whole databases alone"
            result.findings.append(findings.at("drops-database", statement, statement.title, advice))
        elif statement.outside and statement not in apart:
            what = f"{statement.outside} runs outside a transaction: interrupted, it leaves what it has done so far"
            advice = "keep it in a separate file, and check afterwards that it completed (for an index: indisvalid)"
            result.findings.append(findings.at("outside-transaction", statement, what, advice))


def _hold(config: Config, scripts: tuple[list[Script], ...], result: Result, given: ScratchServer | None) -> None:
    import psycopg

    from pgproof.postgres import supervisor
    from pgproof.rehearsal.scratch_server import ScratchServer

    baseline, ups, downs, bad = scripts
    copy, version, settings = None, config.version or _VERSION, config.settings
    if config.copied is not None:
        from pgproof.rehearsal import copying

        copy = copying.read(config.copied, config.hooks, config.version)
        version = config.version or copy.major
        settings = {**copy.settings, **settings}
    try:
        with ExitStack() as stack:
            server = given or stack.enter_context(closing(ScratchServer(version, settings)))
            base = stack.enter_context(
                server.made(server.start, lambda connection: _prepare(config, connection, baseline, copy, result))
            )
            if result.decided:
                checks.hold(
                    config, checks.Rehearsal(server, base, tuple(ups), tuple(downs), config.hooks.workload), bad, result
                )
    except supervisor.StartError as error:
        raise UsageError(f"there is no server to rehearse on: {error}") from None
    except psycopg.Error as error:
        # What a script does to its own session is a finding; this error comes from what it did to the whole server.
        raise UsageError(f"the rehearsal stopped; the server said: {str(error).strip().splitlines()[0]}") from None


def _prepare(
    config: Config, connection: psycopg.Connection[Any], baseline: list[Script], copy: Copy | None, result: Result
) -> None:
    """Build the baseline. If it does not apply, the result has the reason and is not decided."""
    from pgproof.rehearsal import restoring
    from pgproof.scripts import running

    if copy is not None:
        result.notes += restoring.restore(connection, copy)
    platform = [script.read(PLATFORM)] if config.supabase and copy is None else []
    for each in [*platform, *baseline]:
        ran = running.run(connection, each)
        if ran.failure is not None:
            result.findings.append(findings.failed(ran.failure, more=" (in the baseline)"))
            result.decided = False
            return
        if ran.left_open:
            connection.execute("COMMIT")
    note = config.hooks.add_samples(connection) if config.supabase else None
    if note is not None:
        result.notes.append(note)


def _settle(config: Config, result: Result) -> None:
    found = findings.one_per_cause(result.findings)
    result.findings, result.accepted, unused = accepting.divide(found, config.accepted)
    result.notes += unused
