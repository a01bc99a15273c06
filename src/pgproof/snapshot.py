"""Everything that read-only tests judge, read once per database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pgproof import catalog, lints

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from pgproof.environments import Environment


class Broken(NamedTuple):
    """A criterion of a project that a snapshot does not meet. subject: the table or function, empty for none.

    criterion: its name, the same for every snapshot.
    """

    criterion: str
    subject: str
    what: str
    to_do: str


@dataclass(frozen=True)
class Snapshot:
    """One database at one moment. It is immutable and has no secrets, since it travels to a parallel run's workers.

    environment: its name. server: the server's version, such as "17.6". violations: of the lint rules, None if these
    were not checked. advice: what does not keep a live run from reading, but its owner should know; a sentence each.
    changes: since the record, a line each; None if there is no record to compare with.
    """

    environment: str
    live: bool
    server: str
    catalog: catalog.Catalog
    violations: tuple[lints.Violation, ...] | None = None
    advice: tuple[str, ...] = ()
    changes: tuple[str, ...] | None = None

    @property
    def title(self) -> str:
        """One line that says what was judged."""
        where = "live database, read-only" if self.live else "replica"
        return f"{self.environment}: {where}, PostgreSQL {self.server}"


def read(
    environment: Environment,
    connection: psycopg.Connection[Any],
    schemas: Sequence[str] | None = None,
    *,
    with_lints: bool = False,
) -> Snapshot:
    """Return the catalog, and if with_lints the violations of the lint rules; call catalog.begin_reading first.

    schemas: which to read, None for all. Raises psycopg.Error.
    """
    with connection.pipeline():
        asked = ask(connection, schemas, with_lints=with_lints)
    return told(environment, connection, asked)


class Asked(NamedTuple):
    """The questions of a snapshot. violations: None if the lint rules were not asked for."""

    catalog: psycopg.RawCursor[Any]
    violations: psycopg.Cursor[Any] | None


def ask(
    connection: psycopg.Connection[Any], schemas: Sequence[str] | None = None, *, with_lints: bool = False
) -> Asked:
    """Ask what read() does, and return at once within connection.pipeline(); told() returns the snapshot."""
    return Asked(catalog.ask(connection, schemas), lints.ask(connection) if with_lints else None)


def told(environment: Environment, connection: psycopg.Connection[Any], asked: Asked) -> Snapshot:
    """Return the snapshot that was asked for by this connection, whose pipeline has ended. Raises psycopg.Error."""
    return Snapshot(
        environment.name,
        environment.is_live,
        version(connection),
        catalog.told(connection, asked.catalog),
        None if asked.violations is None else lints.told(asked.violations),
    )


def version(connection: psycopg.Connection[Any]) -> str:
    """Return the server's version, such as "17.6"."""
    given = connection.info.parameter_status("server_version")
    return given.split()[0] if given else "of unknown version"
