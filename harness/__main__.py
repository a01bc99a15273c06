"""`python -m harness COMMAND`: what this suite does for anybody's database. Exit code 2 if it was asked for wrongly."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from importlib.util import find_spec

from harness.errors import Refusal

COMMANDS = {
    "diff": "what differs between the schemas of two databases",
    "rehearse": "whether a migration is safe, atomic and reversible",
    "gate": "everything on replicas, then the live databases; what a deploy waits for",
    "soak": "the same tests many times in a row, to find those that sometimes fail",
    "report": "one page of what runs of this suite verified",
}


def main(words: list[str]) -> int:
    """Run the command; only the module of the one that was named is loaded."""
    parser = argparse.ArgumentParser(prog="python -m harness", description=__doc__.split(".")[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = None
    for name, meaning in COMMANDS.items():
        command = commands.add_parser(name, help=meaning, description=meaning)
        module = f"harness.commands.{name}"
        if name in words[:1] and find_spec(module) is not None:
            chosen = import_module(module)
            chosen.add_arguments(command)
    arguments = parser.parse_args(words)
    if chosen is None:
        parser.error(f"the command {arguments.command} is not there yet")
    try:
        return int(chosen.run(arguments))
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
