"""Restores the schema that was read from a live database, and names every difference from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgproof import catalog
from pgproof.catalog import differences
from pgproof.rehearsal import reaching
from pgproof.scripts import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    from pgproof.rehearsal.copying import Copy
    from pgproof.scripts.script import Statement

_IS_THERE = "42710"
# These act on everything that is created after them.
_LAST = ("AlterDefaultPrivilegesStmt", "CreateEventTrigStmt")


def restore(connection: psycopg.Connection[Any], copy: Copy) -> Iterator[str]:
    """Restore a copy in an empty database, and yield a line on each thing that a person should know about it."""
    name = copy.name
    yield f"the baseline is the schema of {name}, without its rows"
    if copy.closed:
        yield f"put together from {name}'s catalog, since pg_dump may not lock them: {', '.join(copy.closed)}"
    yield from (f"pg_dump: {warning}" for warning in copy.warnings)
    failed = _repeatedly(connection, copy.roles)
    if not copy.by_superuser:
        yield _who_runs(connection, name)
    leading = reaching.elsewhere(copy.statements)
    here = [each for each in copy.statements if all(each is not one for one, _ in leading)]
    early = [each for each in here if each.kind not in _LAST]
    late = [each for each in here if each.kind in _LAST]
    failed |= _repeatedly(connection, [*late, *_repeatedly(connection, [*early, *copy.stand_ins])])
    connection.execute("DISCARD ALL")
    yield from (f"not copied from {name}: {each.title}: {why}" for each, why in [*failed.items(), *leading])
    yield from _compared(connection, copy)


def _who_runs(connection: psycopg.Connection[Any], name: str) -> str:
    """Say as whom the scripts run: the server's superuser has another name where the copy has its own postgres."""
    owner = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'postgres'").fetchone()
    if owner == (False,):
        return f"the scripts run as postgres, which is not a superuser, as in {name}"
    return f"the scripts run as a superuser here; rights that they lack in {name} do not show"


def _repeatedly(connection: psycopg.Connection[Any], statements: Sequence[Statement]) -> dict[Statement, str]:
    """Run statements, and those that fail again and again for as long as some succeed; return the remaining failures.

    An object that exists already is not a failure: the comparison tells whether it is as it should be.
    """
    while True:
        failed = {}
        for statement in statements:
            failure = running.execute(connection, statement)
            if failure is not None and failure.sqlstate != _IS_THERE:
                failed[statement] = failure.message
        if len(failed) in (0, len(statements)):
            return failed
        statements = list(failed)


def _compared(connection: psycopg.Connection[Any], copy: Copy) -> Iterator[str]:
    catalog.begin_reading(connection)
    try:
        here = catalog.read(connection)
    finally:
        connection.execute("ROLLBACK")
    names = copy.name, "the copy"
    yield from (
        f"not as in {copy.name}: {each.text(names)}" for each in differences.between(copy.catalog, here, roles=False)
    )
    yield from differences.notes(copy.catalog, here, names)
