"""A live database: reached with bounded waits, and read only once it is proved that the role cannot write.

The lock is the role's missing grants; the read-only transaction and its timeouts are the seat belt. It takes five round
trips after connecting, however many tests there are.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from pgproof import catalog
from pgproof.errors import UsageError
from pgproof.postgres import reach
from pgproof.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.environments import Environment
    from pgproof.hooks import Hooks

_SHOWN = 5


@cache
def _read_only_check() -> bytes:
    return Path(__file__).with_name("read_only_check.sql").read_bytes()


@contextmanager
def connect(environment: Environment, hooks: Hooks) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection in one read-only, repeatable-read transaction.

    hooks: of the environment's project; they name the tables that must exist and be readable. Raises UsageError, in one
    sentence without secrets, if the database cannot be reached, could be written, or lacks a table.
    """
    assert environment.dsn is not None, "only a live environment can be connected to"
    dsn = Secret(environment.dsn.get_secret_value())
    # Closing ends the transaction without asking the server once more.
    with closing(reach.connect(dsn, environment.name, environment.dsn_variable, hooks.verifier_role)) as connection:
        try:
            catalog.begin_reading(connection)
            _prove_read_only(environment, hooks, connection)
            yield connection
        except psycopg.Error as error:
            raise reach.answered(error, environment.name) from None


def _prove_read_only(environment: Environment, hooks: Hooks, connection: psycopg.Connection[Any]) -> None:
    """Raise UsageError unless the transaction is read-only, the role can write nothing, and the tables are there."""
    cursor = psycopg.RawCursor(connection)
    found = cursor.execute(_read_only_check(), [list(hooks.tables), list(hooks.schemas or ())]).fetchone()
    assert found is not None, "the check returns a row"
    version, role, database, read_only, powers, missing, unreadable = found
    name = environment.name
    reach.supported(version, name)
    if not read_only:
        raise UsageError(f"{name}: the server did not make the transaction read-only; nothing was read from it")
    script = hooks.verifier_script
    if powers:
        more = f" and {len(powers) - _SHOWN} more" if len(powers) > _SHOWN else ""
        advice = f"run {script} and use {hooks.verifier_role}" if script else "use a role that can only read"
        raise UsageError(f"{name}: the role {role} can do more than read: {', '.join(powers[:_SHOWN])}{more}; {advice}")
    if missing:
        raise UsageError(
            f"{name}: the database {database} has no {', '.join(missing)}; is {environment.dsn_variable} right?"
        )
    if unreadable:
        raise UsageError(f"{name}: the role {role} may not read {', '.join(unreadable)}; run {script}")
