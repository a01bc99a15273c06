"""`record PLACE…`: what defines an environment's schema, as text files that its engineers review.

Exit code 0: recorded, and what changed since the record before was printed; 2: a database could not be read, or the
folder could not be written.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof import naming, record
from pgproof.cli import places
from pgproof.errors import UsageError
from pgproof.project import RECORDED
from pgproof.record.folder import Place

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pgproof.catalog import Catalog
    from pgproof.project import Project

_NAMES = ("the record before", "the database")


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("places", nargs="+", metavar="PLACE", help=places.ENVIRONMENT)
    parser.add_argument(
        "--into",
        type=Path,
        default=project.root / RECORDED,
        metavar="FOLDER",
        help=f"where to write (default: {RECORDED}/)",
    )


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Read every place, then write each record and return the exit code. Raises UsageError."""
    named = {place: _environment(place, project) for place in arguments.places}
    names = list(named.values())
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{name} is named twice; an environment has one record in a folder")
    with ExitStack() as stack:
        replicas = places.Replicas(stack, project)
        found = {place: places.reader(place, place, replicas)() for place in named}
    for place, name in named.items():
        _write(Place.of(project, arguments.into, name), record.of(found[place], project))
    return 0


def _environment(place: str, project: Project) -> str:
    naming.refuse_bare(place, project)
    named = naming.parse(place)
    if named is None:
        # Without the word itself, which may be a connection string.
        raise UsageError(f"a PLACE names an environment of the project: {places.ENVIRONMENT}")
    if named.environment not in project.environments:
        raise UsageError(f"unknown environment '{named.environment}'; choose one of {project.known}")
    return named.environment


def _write(where: Place, now: Catalog) -> None:
    """Write one record, and say what changed since the one that was there."""
    said: Sequence[str] = ("nothing was recorded before",)
    if where.exists:
        try:
            before = where.read()
            said = record.changes(before, now, _NAMES) or ("nothing changed since the record before",)
            said = (*said, *(f"note: {note}" for note in record.notes(before, now, _NAMES)))
        except UsageError:
            said = ("the record before cannot be compared: it is not as it was written",)
    count = where.write(now)
    print(f"{where.environment}: {len(now.objects)} objects recorded in {where.path} ({count} files)")
    for line in said:
        print(f"  {line}")
