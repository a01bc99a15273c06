"""The command line: what the tool does for anybody's database. Wrong usage ends with exit code 2.

Each sub-command is a module with add_arguments(parser, project) and run(arguments, project).
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof import __version__, project
from pgproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = {
    "diff": "show what differs between the schemas of two databases",
    "record": "write the schema of a database into a folder for review, so that later runs name every change",
    "rehearse": "check whether a migration is safe, atomic and reversible",
    "accept": "accept for a time what the rules find in a live database, so that only what is new fails",
    "gate": "verify everything on replicas, then the live databases, before a deploy",
    "adopt": "copy the schemas of real databases into a folder that --project takes",
    "align": "write the scripts that make one database like another and those that bring it back, and prove them",
    "soak": "run the same tests many times in a row, to find those that sometimes fail",
    "describe": "propose the description of a chat page, with a picture of what each selector matches",
    "report": "write one page on what runs of the tests verified",
}


def main(words: list[str] | None = None, *, program: str = "pgproof", default: Path | None = None) -> int:
    """Run a command and return its exit code; only the module of that command is loaded.

    words: the arguments, by default those of the process. program: its name in messages. default: the folder of the
    project if neither --project nor the current folder names one.
    """
    words = sys.argv[1:] if words is None else words
    # Parsed first: what the commands accept depends on the project.
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--project",
        type=Path,
        metavar="FOLDER",
        # Accepted before and after the command, so neither place may hide the other's value.
        default=argparse.SUPPRESS,
        help="the folder with environments.toml (default: this folder or one above)",
    )
    parser = argparse.ArgumentParser(
        prog=program, description="Verifies PostgreSQL and Supabase projects.", parents=[where]
    )
    parser.add_argument("--version", action="version", version=f"pgproof {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parsers = {
        name: commands.add_parser(name, help=meaning, description=meaning, parents=[where])
        for name, meaning in COMMANDS.items()
    }
    named = next((word for word in words if word in COMMANDS), None)
    try:
        found = _project(getattr(where.parse_known_args(words)[0], "project", None), default)
        if named is not None:
            module = import_module(f"pgproof.cli.{named}")
            module.add_arguments(parsers[named], found)
        arguments = parser.parse_args(words)
        with _ended_by_sigterm():
            return int(module.run(arguments, found))
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that the runs and servers that a command has started end with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _project(named: Path | None, default: Path | None) -> project.Project:
    """Return the project of --project, else that of the current folder or one above, else the default's."""
    if named is not None:
        return project.read(named.absolute())
    found = project.find(Path.cwd())
    return project.read(default) if default is not None and not found.environments else found
