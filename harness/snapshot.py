"""All that the read-only tests judge, read once per database: catalog, facts about the data, and the validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from harness import catalog, declared, integrity, lints, migration, state
from harness.environments import VALIDATION

if TYPE_CHECKING:
    import psycopg

    from harness.environments import Environment


class Check(NamedTuple):
    """One row of 004_validation.sql."""

    check: str
    status: str
    expected: str
    actual: str
    detail: str


@dataclass(frozen=True)
class Snapshot:
    """Immutable, and holds no secret: it travels to the workers of a parallel run.

    server: the server's version, such as "17.6". findings: of the lint rules, None if they were not asked for.
    """

    environment: str
    live: bool
    server: str
    catalog: catalog.Catalog
    facts: integrity.Facts
    validation: tuple[Check, ...]
    findings: tuple[lints.Finding, ...] | None = None

    @property
    def state(self) -> state.State:
        """Which of the environment's migrations the catalog shows."""
        return state.of(self.environment, self.catalog)

    @property
    def title(self) -> str:
        """One line for a person: what was judged."""
        where = "live database, read-only" if self.live else "replica"
        return f"{self.environment}: {where}, PostgreSQL {self.server}, {self.state}"


def read(environment: Environment, connection: psycopg.Connection[Any], *, with_lints: bool = False) -> Snapshot:
    """Three queries, and one more for the lint rules.

    The connection is in a read-only transaction, or on a database that nobody writes to.
    """
    found = catalog.read(connection, catalog.MESSAGING_SCHEMAS)
    facts = integrity.read(connection)
    expected = environment.expected_messages
    telling = b"" if expected is None else f"SET LOCAL connect.expected_messages = '{expected}';".encode()
    checks = migration.apply(connection, VALIDATION, telling).rows
    version = connection.info.parameter_status("server_version") or "of unknown version"
    return Snapshot(
        environment.name,
        environment.is_live,
        version.split()[0],
        found,
        facts,
        tuple(Check(*row) for row in checks),
        (*lints.read(connection), *declared.findings(found)) if with_lints else None,
    )
