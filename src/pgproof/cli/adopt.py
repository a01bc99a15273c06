"""`adopt`: copy the schemas of real databases into a folder that --project takes. Live databases are only read.

Exit code 0: done; 2: it could not be done, with one sentence that says why.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pgproof.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from pgproof.project import Project

_VERSION = 17


def add_arguments(parser: argparse.ArgumentParser, _: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="live:ENVIRONMENT (by the DSN in its variable), NAME=FILE or FILE: a dump in plain SQL, as"
        " `supabase db dump` and `pg_dump --schema-only` write it; its name is the environment's",
    )
    parser.add_argument(
        "--into", type=Path, default=Path("adopted"), metavar="FOLDER", help="the folder to write (default: adopted/)"
    )


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Copy the schemas, write the folder, say what was left out, and return the exit code. Raises UsageError."""
    from pgproof.adoption import adopting, contents, folder, sources
    from pgproof.postgres import supervisor

    into = arguments.into.absolute()
    # Before anything is asked that takes long.
    folder.check(into)
    found = [sources.read(word, project, _VERSION) for word in arguments.sources]
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two schemas cannot both be the environment '{twice}'; write NAME=FILE")
    try:
        adopted = adopting.adopt(found, project, _VERSION)
    except supervisor.StartError as error:
        raise UsageError(f"there is no server to try the copy on: {error}") from None
    folder.write(into, contents.files(adopted, project, into))
    for each in adopted:
        print(f"{each.name}: copied from {each.place} into {arguments.into / contents.BASELINE / each.name}.sql")
        for line in each.missing:
            print(f"  could not be copied: {line}")
        for line in each.left_out:
            print(f"  left out: {line}")
        if each.missing:
            print(f"  runs on replicas of {each.name} are inconclusive")
    print(f"README.md in {arguments.into} has the commands to run next")
    return 0
