"""What is known before any script runs: what is not asked, what cannot be read, and what the text alone shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.rehearsal import findings, leftovers, reaching
from pgproof.rehearsal.findings import Finding
from pgproof.scripts import script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pgproof.migrations import Migration
    from pgproof.rehearsal.config import Config
    from pgproof.rehearsal.findings import Result
    from pgproof.scripts.script import Script

# The checks of the way back.
_WAY_BACK = ("reversible", "reversible from half-way", "in use")


def say_what_is_not_asked(config: Config, migration: Migration, result: Result) -> None:
    """Say what the runner and the options leave out, and what has no way back although one is asked for."""
    runner = migration.runner
    if runner.once:
        result.unasked["idempotent"] = f"not asked: {runner.name} applies each file once"
    if config.one_way:
        result.unasked |= dict.fromkeys(_WAY_BACK, "not asked (--no-down)")
        return
    advice = "write a script that undoes the others, and rehearse it with them"
    if runner.once:
        advice = f"write what undoes it as {runner.name} has it, or say --no-down if there is to be no way back"
    if name := {"supabase": "the Supabase CLI", "drizzle": "Drizzle"}.get(runner.name):
        advice = f"{name} has no way back: say --no-down if none is meant, or give scripts of your own as --down"
    if migration.no_way_back:
        result.findings.append(Finding("no-down", "no down script was given", advice=advice))
    else:
        result.findings += [
            findings.about("no-down", path, "nothing undoes it, so the way back of the others is not rehearsed", advice)
            for path in migration.one_way
        ]


def read(paths: Sequence[Path], result: Result) -> list[Script]:
    """Return the scripts in these files; what cannot be read is added to the findings."""
    scripts = []
    for path in paths:
        try:
            scripts.append(script.read(path))
        except script.Unreadable as problem:
            result.findings.append(findings.unreadable(problem))
    return scripts


def keep_here(scripts: Sequence[Script], result: Result) -> bool:
    """Return whether none of the scripts leads to another server.

    Those that do are named, and nothing is decided: whatever their texts show, none of them was tried.
    """
    found = reaching.elsewhere([statement for each in scripts for statement in each.statements])
    result.undecided += (
        f"{statement.path}:{statement.line}: {why}, and so would a rehearsal, many times: nothing is run; take it out"
        " of the files that are rehearsed, or let it connect to nobody but this machine"
        for statement, why in found
    )
    result.decided = result.decided and not found
    return not found


def forbid(scripts: Sequence[Script], result: Result) -> list[Script]:
    """Report what the text alone shows, and return the scripts that are not run: those that drop a database.

    What its runner puts in a transaction fails there when it is run, so nothing is said of it here.
    """
    spared, apart = [], {statement for each in scripts for statement in leftovers.apart(each)}
    for each in scripts:
        for statement in each.statements:
            if statement.kind == "DropdbStmt":
                advice = "it is not run, not even here; a migration must leave whole databases alone"
                result.findings.append(findings.at("drops-database", statement, statement.title, advice))
                spared.append(each)
            elif statement.outside and (statement.apart or not each.wrapped) and statement not in apart:
                what = f"{statement.outside} runs outside a transaction: interrupted, it leaves what it has done so far"
                advice = "keep it in a separate file, and check afterwards that it completed (for an index: indisvalid)"
                result.findings.append(findings.at("outside-transaction", statement, what, advice))
    return spared
