"""baseline → up → up again → down → up, interrupted, locked, under traffic: and the result of it.

`rehearse` takes anybody's SQL files. Each check is a function in a module of its own, which the tests of our own
scripts call, too. What is not rehearsed: what is in large objects, and what a script changes of roles that
were there before (that is compared, but not put back between the checks).
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgproof.errors import UsageError
from pgproof.hooks import Hooks
from pgproof.rehearsal import checks, findings
from pgproof.rehearsal.findings import Finding, Result
from pgproof.scripts import script
from pgproof.supabase import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import psycopg

    from pgproof.environments import Environment
    from pgproof.rehearsal.copying import Copy
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.scripts.script import Script

_VERSION = 17


@dataclass(frozen=True)
class Config:
    """What to rehearse, and how. sizes: numbers of messages to measure stalls at. bound: in milliseconds.

    hooks: of the project that the scripts belong to. copied: the live environment whose schema comes before the baseline's files. version: of PostgreSQL; if not given,
    that of the live database, else 17.
    """

    baseline: Sequence[Path]
    ups: Sequence[Path]
    downs: Sequence[Path]
    copied: Environment | None = None
    bad_data: Sequence[Path] = ()
    supabase: bool = True
    hooks: Hooks = field(default_factory=Hooks)
    settings: Mapping[str, str] = field(default_factory=dict)
    sizes: Sequence[int] = (100_000,)
    bound: float | None = None
    accepted: frozenset[str] = frozenset()
    version: int | None = None


def rehearse(config: Config, server: ScratchServer | None = None) -> Result:
    """Hold the whole rehearsal. What is wrong with the files is in the result, too.

    server: a bare one to hold it in, instead of one of its own. Raises UsageError where no rehearsal can be held.
    """
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
        # Without a way back, the way forth can still be rehearsed.
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
    """What shows in the text already: a script that drops a database is not run, one that no transaction holds is."""
    for statement in (statement for each in scripts for statement in each.statements):
        if statement.kind == "DropdbStmt":
            advice = "it is not run, not even here; a migration has no business with whole databases"
            result.findings.append(findings.at("drops-database", statement, statement.title, advice))
        elif statement.outside:
            what = f"{statement.outside} runs outside a transaction: interrupted, it leaves what it has done so far"
            advice = "keep it in a file of its own, and look afterwards whether it got through (an index: indisvalid)"
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
        raise UsageError(f"no server to rehearse on: {error}") from None
    except psycopg.Error as error:
        # What a script does to its own session is a finding; this is what it did to the whole server.
        raise UsageError(f"the rehearsal broke off: the server said: {str(error).strip().splitlines()[0]}") from None


def _prepare(
    config: Config, connection: psycopg.Connection[Any], baseline: list[Script], copy: Copy | None, result: Result
) -> None:
    """Make the baseline. If it does not apply, the reason is in the result, which is then not decided."""
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
    result.accepted = [each for each in result.findings if each.name in config.accepted]
    result.findings = [each for each in result.findings if each.name not in config.accepted]
