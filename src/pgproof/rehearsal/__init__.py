"""Rehearses a migration: baseline → up → up again → down → up, interrupted, locked, under traffic.

`rehearse` takes anybody's SQL files. Each check is a function in a module of its own, which a project's own tests can
call, too. Not rehearsed are the contents of large objects.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pgproof import migrations
from pgproof.errors import UsageError, first_line
from pgproof.rehearsal import accepting, beforehand, checks, findings, own_rows, scene, unavailable
from pgproof.rehearsal.config import Config
from pgproof.rehearsal.findings import Result
from pgproof.scripts import database_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from pgproof.rehearsal.copying import Copy
    from pgproof.rehearsal.database import Database
    from pgproof.rehearsal.scratch_server import ScratchServer
    from pgproof.scripts.script import Script

__all__ = ["Config", "rehearse"]

_VERSION = 17


def rehearse(config: Config, server: ScratchServer | None = None) -> Result:
    """Rehearse the scripts and return the result, which also says what is wrong with the files.

    server: to use instead of a new one, if it begins with what this rehearsal has to begin with. Raises
    UsageError if no rehearsal is possible.
    """
    accepting.read(config.accepted)
    result = Result(only=config.only)
    baseline = migrations.baseline(config.baseline)
    result.notes += baseline.notes
    result.undecided += baseline.unread
    if baseline.problems:
        result.findings += map(findings.unreadable, baseline.problems)
        result.decided = False
        return result
    migration = migrations.read(
        config.ups, config.downs, runner=config.runner, start=config.start, one_way=config.one_way
    )
    bad = beforehand.read(config.bad_data, result)
    result.findings += map(findings.unreadable, migration.problems)
    result.notes += migration.notes
    result.undecided += migration.unread
    beforehand.say_what_is_not_asked(config, migration, result)
    spared = beforehand.forbid([*migration.ups, *migration.downs, *bad], result)
    ups, downs = migration.ups, [] if migration.broken_back else migration.downs
    if set(map(id, spared)) & set(map(id, downs)):
        # Without usable down scripts, the up scripts can still be rehearsed.
        downs = []
    runs = not migration.broken and len(bad) == len(config.bad_data)
    stays = beforehand.keep_here([*baseline.scripts, *migration.before, *migration.ups, *migration.downs, *bad], result)
    if runs and stays and not set(map(id, spared)) & set(map(id, [*ups, *bad])):
        pairs = migration.pairs if downs else []
        _hold(config, ([*baseline.scripts, *migration.before], ups, downs, bad), pairs, result, server)
    unavailable.set_aside(result)
    if baseline.unread:
        # What fails may fail for want of what is missing, so it is nobody's fault.
        result.decided = False
    _settle(config, result)
    return result


def _hold(
    config: Config,
    scripts: tuple[list[Script], ...],
    pairs: Sequence[tuple[Script, Script]],
    result: Result,
    given: ScratchServer | None,
) -> None:
    import psycopg

    from pgproof.postgres import supervisor
    from pgproof.rehearsal.scratch_server import ScratchServer

    baseline, ups, downs, bad = scripts
    copy, version, settings = None, config.version or _VERSION, config.settings
    if config.copied is not None:
        if config.postgres != "embedded":
            raise UsageError(
                f"--postgres {config.postgres} has a platform of its own, on which no live database can be copied;"
                " give its schema as a file (pg_dump --schema-only), or leave out --postgres"
            )
        from pgproof.rehearsal import copying

        copy = copying.read(config.copied, config.hooks, config.version)
        version = config.version or copy.major
        settings = {**copy.settings, database_name.COPIED: copy.database, **settings}
    seed, owner = scene.chosen(config, copy)
    try:
        with ExitStack() as stack:
            if given is not None and given.seed == seed and config.postgres == "embedded":
                server = given
            else:
                server = stack.enter_context(closing(ScratchServer(version, settings, seed, owner, config.postgres)))

            bare: set[str] = set()

            def fill(connection: psycopg.Connection[Any]) -> None:
                _prepare(connection, scripts, copy, result)
                if result.decided:
                    _build(connection, server.database(connection.info.dbname), baseline, result)
                if config.rows and result.decided:
                    bare.update(own_rows.bare(connection))
                note = config.hooks.add_samples(connection) if config.supabase and result.decided else None
                if note is not None:
                    result.notes.append(note)

            base = stack.enter_context(server.made(server.start, fill))
            if result.decided:
                failure = None
                if config.rows:
                    base, failure = stack.enter_context(own_rows.added(server, base, ups, downs, result))
                rehearsed = checks.Rehearsal(
                    server,
                    base,
                    tuple(ups),
                    tuple(downs),
                    config.hooks.workload,
                    pairs=tuple(pairs),
                    bare=frozenset(bare),
                )
                checks.hold(config, rehearsed, bad, result)
                if failure is not None:
                    own_rows.explain(result, failure)
            unavailable.move_what_concerns(result, [*ups, *downs])
    except supervisor.StartError as error:
        raise UsageError(f"there is no server to rehearse on: {error}") from None
    except psycopg.Error as error:
        # What a script does to its own session is a finding; this error comes from what it did to the whole server.
        raise UsageError(f"the rehearsal stopped; the server said: {first_line(error)}") from None


def _prepare(
    connection: psycopg.Connection[Any], scripts: tuple[list[Script], ...], copy: Copy | None, result: Result
) -> None:
    """Add what comes before the baseline's files: a live copy, extensions. connection: of the superuser."""
    from pgproof.rehearsal import restoring

    if copy is not None:
        result.notes += restoring.restore(connection, copy)
        scene.help_the_owner(connection)
    scene.switch_on(connection, [each for some in scripts for each in some], result)


def _build(connection: psycopg.Connection[Any], database: Database, baseline: list[Script], result: Result) -> None:
    """Run the baseline as the database's owner. If it does not apply, the result has the reason and is not decided.

    connection: of the superuser, to that database.
    Each file has a session of its own, as the up scripts have: a dump leaves its session without a search_path.
    """
    from pgproof.adoption import baselines

    there = baselines.platform(connection)
    for each in baseline:
        with database.connect() as session:
            built = baselines.run(session, each, there)
            result.notes += baselines.notes(connection, built.passed)
            if built.failure is not None:
                failure = replace(built.failure, advice=built.failure.advice or baselines.advice(each, there))
                result.findings.append(findings.failed(failure, more=" (in the baseline)"))
                result.decided = False
                return
            if built.left_open:
                session.execute("COMMIT")


def _settle(config: Config, result: Result) -> None:
    found = findings.one_per_cause(result.findings)
    result.findings, result.accepted, unused = accepting.divide(found, config.accepted)
    result.notes += unused
