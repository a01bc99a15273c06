"""What is read of a database to judge what scripts left in it, beside its catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof import catalog, lints
from pgproof.environments import Environment
from pgproof.errors import first_line
from pgproof.rehearsal.leaving import sides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pgproof.catalog import Catalog, Key
    from pgproof.hooks import Hooks
    from pgproof.lints import Violation
    from pgproof.snapshot import Broken

_ENVIRONMENT = Environment("rehearsal", "the rehearsal", "REHEARSAL")


@dataclass(frozen=True)
class Reading:
    """One state of a database. numbers: of its objects. violations: of the linter's rules and the project's own.

    broken: the project's criteria that it does not meet; None if the project has none for it. unread: why these could
    not be judged, None if they could.
    """

    catalog: Catalog
    numbers: Mapping[Key, int] = field(default_factory=dict)
    violations: Sequence[Violation] = ()
    broken: Sequence[Broken] | None = None
    unread: str | None = None


def read(connection: psycopg.Connection[Any], known: Catalog, hooks: Hooks) -> Reading:
    """Return the reading. connection: of a superuser, in autocommit mode. known: the catalog of the same state."""
    connection.prepare_threshold = None
    catalog.begin_reading(connection)
    try:
        found = sides.numbers(connection)
        violations: Sequence[Violation] = lints.read(connection)
        if not hooks.fits(known):
            return Reading(known, found, violations)
        try:
            snapshot = hooks.read(_ENVIRONMENT, connection, with_lints=True)
        except psycopg.Error as error:
            return Reading(known, found, violations, unread=first_line(error))
        return Reading(known, found, snapshot.violations or (), hooks.broken(snapshot))
    finally:
        connection.execute("ROLLBACK")
