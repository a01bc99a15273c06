"""`rehearse`: is a migration safe, atomic and reversible?

Exit code 0: it is; 1: it is not; 2: it could not be rehearsed.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof import naming
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from pgproof.environments import Environment
    from pgproof.project import Project
    from pgproof.rehearsal import Config

_BASELINE = (
    "the schema (and rows) to begin with, in order, by default nothing; dumps with their rows, and folders of earlier"
    " migrations, too; live:ENVIRONMENT (by the DSN in its variable) before the files"
    " stands for a copy of that database's schema, with its own platform; the database is only read"
)
_UP = (
    "the scripts of the migration, in order, or a folder of migrations: of dbmate, goose, sql-migrate, golang-migrate,"
    " node-pg-migrate (SQL), sqitch, Flyway, Diesel, Prisma, Drizzle, supabase/migrations, or plain files"
)
_DOWN = "the scripts that undo it, in order, or a folder of them; not needed for files and folders that hold both ways"
_RUNNER = (
    "the tool that runs the scripts, which decides whether each is run in a transaction and only once (default: the one"
    " that the files speak of, else psql)"
)
# The names of all checks but the first two, which are always made; a test compares them.
ONLY = (
    "changes-something",
    "idempotent",
    "preserves-data",
    "leaves-all-as-good",
    "reversible",
    "reversible-from-half-way",
    "in-use",
    "atomic",
    "refuses-bad-data",
    "locks",
    "stall",
)


def add_arguments(parser: argparse.ArgumentParser, _: Project) -> None:
    """Add the command's arguments to its parser."""
    from pgproof.migrations.runners import RUNNERS
    from pgproof.rehearsal.findings import MEANINGS

    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "findings:\n" + "\n".join(f"  {name}: {meaning}" for name, meaning in MEANINGS.items())
    files: dict[str, Any] = {"nargs": "+", "metavar": "FILE", "action": "extend"}
    parser.add_argument("--baseline", default=[], help=_BASELINE, **files)
    parser.add_argument("--up", required=True, help=_UP, **files)
    parser.add_argument("--down", default=[], help=_DOWN, **files)
    parser.add_argument("--no-down", action="store_true", help="there is to be no way back, so none is asked for")
    parser.add_argument("--runner", choices=tuple(RUNNERS), help=_RUNNER)
    parser.add_argument(
        "--from",
        dest="start",
        metavar="N",
        help="judge the migration of this number or name, or else the N-th, and those after it; the ones before it are"
        " applied to the baseline",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=ONLY,
        metavar="CHECK",
        help=f"make only this check, besides syntax and applies; can be repeated ({', '.join(ONLY)})",
    )
    parser.add_argument(
        "--bad-data", default=[], help="scripts, each of which makes rows that the migration must refuse", **files
    )
    parser.add_argument(
        "--platform",
        choices=("supabase", "none"),
        default="supabase",
        help="supabase (default): what a hosted project has comes before the baseline, the scripts run as its owner,"
        " and the baseline gets the project's sample rows if it has the project's tables without any rows",
    )
    parser.add_argument(
        "--automatic-grants",
        action="store_true",
        help="grant the API's roles what is made in public, as Supabase projects did before 30 October 2026",
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of every session")
    parser.add_argument(
        "--messages",
        type=number,
        nargs="*",
        default=[100_000],
        metavar="N",
        help="also measure stalls with N messages (default: 100000)",
    )
    parser.add_argument(
        "--stall-bound", type=_milliseconds, metavar="MS", help="the longest time that a send may wait, in milliseconds"
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        type=acceptance,
        metavar="FINDING[:FILE[:OBJECT]]",
        help="accept this finding: anywhere, in this file (its name or path; * stands for anything), or there on this"
        " table, view or index; impossible for findings that stop the rehearsal",
    )
    parser.add_argument(
        "--pg-version",
        type=int,
        metavar="N",
        help="version of PostgreSQL to rehearse on (default: the live database's, or 17)",
    )
    parser.add_argument(
        "--postgres",
        default="embedded",
        metavar="WHERE",
        help="where the scripts run: embedded (default), container, or container:IMAGE, such as"
        " container:supabase/postgres:VERSION, which has the real extensions",
    )
    parser.add_argument(
        "--no-rows",
        action="store_true",
        help="leave the tables empty that the baseline leaves empty; by default they get a few rows",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Rehearse, print the result, and return the exit code. Raises UsageError."""
    from pgproof import rehearsal
    from pgproof.rehearsal import progress, writing
    from pgproof.scrub import Scrubber

    asked = replace(config(arguments, project), progress=progress.to(sys.stderr))
    try:
        result = rehearsal.rehearse(asked)
    except UsageError as error:
        # The server's own words may repeat a statement.
        raise UsageError(Scrubber().text(str(error))) from None
    print(writing.as_json(result) if arguments.json else writing.as_text(result))
    return result.exit_code


def config(arguments: argparse.Namespace, project: Project) -> Config:
    """Return what the arguments ask for. Raises UsageError."""
    from pgproof.rehearsal import Config

    if arguments.no_down and arguments.down:
        raise UsageError("--no-down says that there is no way back, and --down gives one; leave out one of them")
    copied, files = _baseline(arguments.baseline, project)
    return Config(
        baseline=[Path(name) for name in files],
        ups=[Path(name) for name in arguments.up],
        downs=[Path(name) for name in arguments.down],
        hooks=project.hooks,
        copied=copied,
        bad_data=[Path(name) for name in arguments.bad_data],
        supabase=arguments.platform == "supabase",
        settings=dict(_setting(each) for each in arguments.set),
        sizes=arguments.messages,
        bound=arguments.stall_bound,
        accepted=frozenset(arguments.accept),
        version=arguments.pg_version,
        runner=arguments.runner,
        one_way=arguments.no_down,
        only=None if arguments.only is None else frozenset(map(only, arguments.only)),
        start=arguments.start,
        rows=not arguments.no_rows,
        automatic_grants=arguments.automatic_grants,
        postgres=arguments.postgres,
    )


def _baseline(given: list[str], project: Project) -> tuple[Environment | None, list[str]]:
    """Return the live environment to copy, None unless the first word names one, and the files."""
    named = [naming.parse(each) for each in given]
    live = [each is not None and each.kind == "live" for each in named]
    if any(live[1:]):
        raise UsageError(f"--baseline {' '.join(given)}: only the first can be live:ENVIRONMENT; files may follow it")
    if not named or named[0] is None or not live[0]:
        return None, given
    return project.chosen([named[0].environment], live_only=True)[0], given[1:]


def only(given: str) -> str:
    """Return the name of a check as the result has it."""
    return given.replace("-", " ").replace("half way", "half-way")


def number(given: str) -> int:
    """Return a number of messages. Raises ArgumentTypeError."""
    if not given.isdecimal() or not int(given):
        raise argparse.ArgumentTypeError(f"'{given}' is not a number of messages; expected a whole number above 0")
    return int(given)


def _milliseconds(given: str) -> float:
    try:
        found = float(given)
    except ValueError:
        found = math.nan
    if not 0 < found < math.inf:
        raise argparse.ArgumentTypeError(f"'{given}' is not a time; expected milliseconds, above 0")
    return found


def acceptance(given: str) -> str:
    """Return a finding to accept, as it was given. Raises ArgumentTypeError."""
    from pgproof.rehearsal import accepting

    try:
        accepting.read([given])
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return given


def _setting(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name:
        raise UsageError(f"--set {given}: expected NAME=VALUE")
    return name, value
