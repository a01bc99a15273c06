"""`diff A B`: one line for each difference of two databases' schemas.

Exit code 0: they are the same; 1: they differ; 2: they could not be compared.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

from pgproof import background
from pgproof.catalog import differences
from pgproof.cli import places
from pgproof.scrub import Scrubber

if TYPE_CHECKING:
    import argparse

    from pgproof.project import Project

_NAMES = ("A", "B")


def add_arguments(parser: argparse.ArgumentParser, _: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("a", metavar="A", help=places.PLACE)
    parser.add_argument("b", metavar="B", help="the other database, given like A")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Read both catalogs at the same time, print what differs, and return the exit code. Raises UsageError."""
    with ExitStack() as stack:
        replicas = places.Replicas(stack, project)
        readers = [
            places.reader(place, name, replicas) for place, name in zip((arguments.a, arguments.b), _NAMES, strict=True)
        ]
        other = background.started(readers[1])
        left, right = readers[0](), other.result()
    found = list(differences.between(left, right))
    notes = list(differences.notes(left, right, _NAMES))
    # A comment or a body may hold a secret, too.
    scrub = Scrubber()
    if arguments.json:
        report = {"same": not found, "differences": [each.as_json(_NAMES) for each in found], "notes": notes}
        print(scrub.text(json.dumps(report, ensure_ascii=False)))
    else:
        for difference in found:
            print(scrub.text(difference.text(_NAMES)))
        for note in notes:
            print(f"note: {note}")
        print("no difference" if not found else "1 difference" if len(found) == 1 else f"{len(found)} differences")
    return 1 if found else 0
