"""A live database: reached with bounded waits, and read only after it proved that it can only be read.

The lock is the role's missing grants; the read-only transaction and its timeouts are the seat belt. Four statements
after connecting, whatever the number of tests.
"""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from harness import catalog
from harness.errors import Refusal
from harness.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.environments import Environment

MINIMUM_MAJOR = 15
# A database that says "starting up" or "too many connections" may answer to the next run.
_SQLSTATE_ADVICE = {
    "28P01": "the password is wrong",
    "28000": "the role may not log in there",
    "3D000": "there is no such database",
    "53300": "the server has no free connection",
    "57P03": "the server is starting up",
}


@cache
def _gate() -> bytes:
    return Path(__file__).with_name("gate.sql").read_bytes()


@contextmanager
def connect(environment: Environment) -> Iterator[psycopg.Connection[Any]]:
    """A connection in one read-only, repeatable-read transaction. Raises Refusal with one sentence, no secret in it."""
    assert environment.dsn is not None, "only a live environment can be connected to"
    # Closing ends the transaction without asking the server once more.
    with closing(_open(environment)) as connection:
        try:
            catalog.begin_reading(connection)
            _prove_read_only(environment, connection)
            yield connection
        except psycopg.Error as error:
            raise Refusal(f"{environment.name}: the database answered: {_first_line(error)}") from None


def _open(environment: Environment) -> psycopg.Connection[Any]:
    assert environment.dsn is not None
    dsn = environment.dsn.get_secret_value()
    where = _address(dsn)
    if where is None:
        raise Refusal(
            f"{environment.dsn_variable} is not a connection string; expected"
            " postgresql://connect_verifier:…@host:5432/postgres, special characters percent-encoded (%40 for @)"
        )
    seconds = max(2, round(10 * unit()))
    try:
        return psycopg.connect(dsn, autocommit=True, prepare_threshold=None, connect_timeout=seconds)
    except psycopg.Error as error:
        raise Refusal(f"{environment.name}: cannot connect to {where}: {_why(error, seconds)}") from None


def _address(dsn: str) -> str | None:
    """Host and port, or None where the string makes no sense; a piece of the password never passes for them."""
    try:
        parameters = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        return None
    host, port = str(parameters.get("host", "localhost")), str(parameters.get("port", 5432))
    readable = re.fullmatch(r"[\w.,:/\[\]-]+", host) and re.fullmatch(r"[\d,]+", port)
    return f"{host}:{port}" if readable else None


def _why(error: psycopg.Error, seconds: int) -> str:
    """What went wrong in reaching the server, from libpq's own words, which never hold the password."""
    text = str(error)
    if error.sqlstate in _SQLSTATE_ADVICE:
        return f"{_SQLSTATE_ADVICE[error.sqlstate]}; check the DSN"
    if isinstance(error, psycopg.errors.ConnectionTimeout) or "timeout expired" in text:
        return f"no answer within {seconds} s; is the address right, and may this machine reach it?"
    known = {
        "password authentication failed": "the password is wrong; check the DSN",
        "no password supplied": "the server asks for a password; put one into the DSN",
        "Connection refused": "nothing listens there; check host and port",
        "could not translate host name": "the host name does not resolve; check the DSN",
        "failed to resolve host": "the host name does not resolve; check the DSN",
        "does not exist": "there is no such database or role; check the DSN",
        "starting up": "the server is starting up; try again",
        "SSL": "the encryption that the DSN asks for is not to be had there; check sslmode",
    }
    for words, meaning in known.items():
        if words in text:
            return meaning
    return _first_line(error)


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _prove_read_only(environment: Environment, connection: psycopg.Connection[Any]) -> None:
    """Raises Refusal unless the transaction is read-only, the role can write nothing, and the tables are there."""
    found = connection.execute(_gate()).fetchone()
    assert found is not None, "the gate query returns a row"
    version, role, database, read_only, powers, missing, unreadable = found
    name = environment.name
    if version // 10000 < MINIMUM_MAJOR:
        raise Refusal(f"{name}: PostgreSQL {version // 10000} is not supported; 15 or newer is needed")
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
