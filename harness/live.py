"""A live database: reached with bounded waits, and read only after it proved that it can only be read.

The lock is the role's missing grants; the read-only transaction and its timeouts are the seat belt. Five round
trips after connecting, whatever the number of tests.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from harness import catalog, reach
from harness.errors import Refusal
from harness.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.environments import Environment


@cache
def _gate() -> bytes:
    return Path(__file__).with_name("gate.sql").read_bytes()


@contextmanager
def connect(environment: Environment) -> Iterator[psycopg.Connection[Any]]:
    """A connection in one read-only, repeatable-read transaction. Raises Refusal with one sentence, no secret in it."""
    assert environment.dsn is not None, "only a live environment can be connected to"
    dsn = Secret(environment.dsn.get_secret_value())
    # Closing ends the transaction without asking the server once more.
    with closing(reach.connect(dsn, environment.name, environment.dsn_variable)) as connection:
        try:
            catalog.begin_reading(connection)
            _prove_read_only(environment, connection)
            yield connection
        except psycopg.Error as error:
            raise reach.answered(error, environment.name) from None


def _prove_read_only(environment: Environment, connection: psycopg.Connection[Any]) -> None:
    """Raises Refusal unless the transaction is read-only, the role can write nothing, and the tables are there."""
    found = connection.execute(_gate()).fetchone()
    assert found is not None, "the gate query returns a row"
    version, role, database, read_only, powers, missing, unreadable = found
    name = environment.name
    reach.supported(version, name)
    if not read_only:
        raise Refusal(f"{name}: the server did not make the transaction read-only; nothing was asked of it")
    if powers:
        more = f" and {len(powers) - 5} more" if len(powers) > 5 else ""
        raise Refusal(
            f"{name}: the role {role} can do more than read: {', '.join(powers[:5])}{more};"
            " run sql/verifier_role.sql and use connect_verifier"
        )
    if missing:
        raise Refusal(
            f"{name}: the database {database} has no {', '.join(missing)}; is {environment.dsn_variable} right?"
        )
    if unreadable:
        raise Refusal(f"{name}: the role {role} may not read {', '.join(unreadable)}; run sql/verifier_role.sql")
