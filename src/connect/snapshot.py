"""Everything that the read-only tests judge of Connect: catalog, facts about the data, and the validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from connect import declared, integrity, state
from connect.paths import VALIDATION
from connect.schema import SCHEMAS
from pgproof import lints, snapshot
from pgproof.scripts import migration

if TYPE_CHECKING:
    from pgproof.environments import Environment

UNKNOWN = state.State("unknown")


class Check(NamedTuple):
    """One row of 004_validation.sql."""

    check: str
    status: str
    expected: str
    actual: str
    detail: str


@dataclass(frozen=True)
class Snapshot(snapshot.Snapshot):
    """A snapshot of a messaging system.

    facts: about the data. validation: the rows of 004. state: which of the environment's migrations the catalog shows.
    """

    facts: integrity.Facts = None  # type: ignore[assignment] # after fields with a default; always given
    validation: tuple[Check, ...] = ()
    state: state.State = UNKNOWN

    @property
    def title(self) -> str:
        """One line that says what was judged."""
        return f"{super().title}, {self.state}"


def read(environment: Environment, connection: psycopg.Connection[Any], *, with_lints: bool = False) -> Snapshot:
    """Return the snapshot, read in three queries and one more for the lint rules; call catalog.begin_reading first.

    Raises psycopg.Error, and ScriptError if the validation script itself has a syntax error.
    """
    plain = snapshot.read(environment, connection, SCHEMAS)
    facts = integrity.read(connection)
    expected = environment.expected_messages
    telling = b"" if expected is None else f"SET LOCAL connect.expected_messages = '{expected}';".encode()
    try:
        checks = migration.apply(connection, VALIDATION, telling).rows
    except psycopg.errors.SyntaxError as error:
        raise migration.failed(VALIDATION, error, telling.decode()) from None
    violations = (*lints.read(connection), *declared.violations(plain.catalog)) if with_lints else None
    return Snapshot(
        plain.environment,
        plain.live,
        plain.server,
        plain.catalog,
        violations,
        facts,
        tuple(Check(*row) for row in checks),
        state.of(environment, plain.catalog),
    )
