"""`align A B`: write the scripts that make B like A, and those that bring it back, and prove them on copies.

Exit code 0: proven; 1: something is not written, not equal or not safe; 2: it could not be done, or not decided.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from pgproof.alignment.aligning import Done
    from pgproof.project import Project

_NOT_PROVEN, _PROVEN = "NOT PROVEN", "proven"


def add_arguments(parser: argparse.ArgumentParser, _: Project) -> None:
    """Add the command's arguments to its parser."""
    from pgproof.cli import rehearse

    parser.add_argument(
        "a",
        metavar="A",
        help="the example: a connection string, live:ENVIRONMENT (by the DSN in its variable),"
        " replica:ENVIRONMENT[:STATE] (aligned by default, or baseline), the folder of an adopted project"
        " (FOLDER or FOLDER:ENVIRONMENT), or the file of a dump; live databases are only read",
    )
    parser.add_argument("b", metavar="B", help="the database to change, given like A")
    parser.add_argument(
        "--into", type=Path, default=Path("aligned"), metavar="FOLDER", help="the folder to write (default: aligned/)"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WHAT",
        help="a kind of object (table, column, index, constraint, function, policy, trigger, grant, …), a schema or a"
        " table; can be repeated: of these kinds, in these schemas or of these tables",
    )
    parser.add_argument(
        "--allow-loss",
        action="store_true",
        help="also drop tables, columns and labels, with what is in them, and give columns types that cut their values",
    )
    parser.add_argument(
        "--assume-small",
        action="store_true",
        help="take tables for small where no live database says how many rows they have; by default they may be large,"
        " and get the online forms",
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        type=rehearse.acceptance,
        metavar="FINDING[:FILE[:OBJECT]]",
        help="accept this finding of the rehearsal, as `rehearse --accept` does",
    )
    parser.add_argument(
        "--messages",
        type=rehearse.number,
        nargs="*",
        default=[100_000],
        metavar="N",
        help="measure stalls with N messages (default: 100000)",
    )
    parser.add_argument(
        "--platform",
        choices=("supabase", "none"),
        help="what the copies have below their own schemas (default: the project's platform, else supabase)",
    )
    parser.add_argument(
        "--pg-version", type=int, metavar="N", help="version of PostgreSQL to prove on (default: B's own, or 17)"
    )


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Write the folder, print what the proof says, and return the exit code. Raises UsageError."""
    from pgproof.adoption import folder
    from pgproof.alignment import aligning
    from pgproof.alignment.rehearsing import How
    from pgproof.rehearsal import progress, writing
    from pgproof.scrub import Scrubber

    into = arguments.into.absolute()
    # Before anything is asked that takes long.
    folder.check(into, aligning.COMMAND)
    supabase = arguments.platform == "supabase" if arguments.platform else _is_hosted(project)
    asked = aligning.Asked(
        (arguments.a, arguments.b),
        project,
        into,
        only=arguments.only,
        allow_loss=arguments.allow_loss,
        assume_small=arguments.assume_small,
        supabase=supabase,
        version=arguments.pg_version,
        how=How(arguments.messages, frozenset(arguments.accept), progress.to(sys.stderr)),
    )
    done = aligning.align(asked)
    scrub, alignment = Scrubber(), done.built.alignment
    if done.proof.result is not None:
        print(scrub.text(done.report(writing.as_text(done.proof.result))))
    for title, lines in (
        ("left out", alignment.left_out),
        ("not written", alignment.not_written),
        ("not as it must be", done.proof.problems),
        ("note", alignment.notes),
    ):
        for line in lines:
            print(scrub.text(f"{title}: {line}"))
    print(_last(done, arguments.into))
    return done.exit_code


def _is_hosted(project: Project) -> bool:
    return project.platform == "supabase" or not project.environments


def _last(done: Done, into: Path) -> str:
    """Return the last line: how much there is, and whether it is proven."""
    number = len(done.built.alignment.ups)
    scripts = "nothing to change" if not number else "1 script" if number == 1 else f"{number} scripts"
    verdict = _PROVEN if done.exit_code == 0 else _NOT_PROVEN
    back = " and as many back" if number else ""
    return f"{verdict}: {scripts}{back}; README.md in {into} says how to run them"
