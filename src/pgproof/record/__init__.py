"""The project as its engineers reviewed it: a folder of text files, and what changed in the database since.

scope: what a record holds of a catalog, and what it leaves out. sealing: secrets become fingerprints. layout: a
catalog as TOML documents, and back. folder: the files, which count only if all of them are as they were written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog import differences
from pgproof.record import scope, sealing

if TYPE_CHECKING:
    from pgproof.catalog import Catalog
    from pgproof.project import Project

NAMES = ("the record", "the database")


def of(found: Catalog, project: Project) -> Catalog:
    """Return what a record holds of a catalog, without secrets. found: everything, as catalog.read returns it."""
    return sealing.seal(scope.of(found, project))


def changes(recorded: Catalog, now: Catalog, names: tuple[str, str] = NAMES) -> tuple[str, ...]:
    """Return one line for each change since the record, in words. recorded, now: as of() returns them."""
    return tuple(differences.lines(*scope.comparable(recorded, now), names))


def notes(recorded: Catalog, now: Catalog, names: tuple[str, str] = NAMES) -> tuple[str, ...]:
    """Return one line on each thing worth knowing that is not a change: the server's version, an order of columns."""
    return tuple(differences.notes(*scope.comparable(recorded, now), names))
