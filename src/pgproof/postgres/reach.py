"""Reaches a database with bounded waits, and says in one sentence why that fails. Never shows a secret.

A link that is slow or dies is bounded three times: connecting takes 10 s, TCP itself gives a silent peer half a minute,
and all answers together have two minutes.
"""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgproof import catalog
from pgproof.errors import UsageError, first_line
from pgproof.postgres import connection_errors
from pgproof.postgres.bounded import BoundedConnection, TookTooLong
from pgproof.secret import Secret
from pgproof.timing import unit

if TYPE_CHECKING:
    from collections.abc import Iterator

MINIMUM_MAJOR = 15
_CONNECT_SECONDS = 10
# For everything that is asked by one connection. The server ends a single query after one minute.
_READ_SECONDS = 120
# A peer that does not answer any more, by libpq's names: asked after 10 s, given up after 25 s; what was sent and is
# not acknowledged, after 30 s. What the DSN says of them counts more.
_TCP = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
_NOTHING_JUDGED = "nothing was judged by it"


def connect(dsn: str, name: str, given_as: str, user: str = "user") -> BoundedConnection:
    """Return an autocommit connection, which has two minutes for all its answers; see BoundedConnection.give().

    name: of the database, in messages. given_as: where its connection string came from. user: in the example. Raises
    UsageError, for each of the host's addresses after 10 s at the latest. All times are scaled by timing.unit().
    """
    where = _address(dsn)
    if where is None:
        raise UsageError(
            f"{given_as} is not a connection string; expected"
            f" postgresql://{user}:…@host:5432/postgres, special characters percent-encoded (%40 for @)"
        )
    # libpq takes no less than 2.
    seconds = max(2, round(_CONNECT_SECONDS * unit()))
    given = conninfo_to_dict(dsn)
    patience: dict[str, Any] = {name: value for name, value in _TCP.items() if name not in given}
    try:
        connection = BoundedConnection.connect(
            Secret(dsn), autocommit=True, prepare_threshold=None, connect_timeout=seconds, **patience
        )
    except KeyboardInterrupt:
        # Without psycopg's own frames, whose arguments hold the password.
        raise KeyboardInterrupt from None
    except psycopg.Error as error:
        raise UsageError(f"{name}: cannot connect to {where}: {_why(error, seconds)}") from None
    connection.give(_READ_SECONDS * unit())
    return connection


@contextmanager
def read_only(dsn: str, name: str) -> Iterator[BoundedConnection]:
    """Yield a connection in one read-only transaction, whatever its role may do: what a user names to be compared.

    name: of the database, in messages. Raises UsageError, without secrets, also where a query in it fails.
    """
    with closing(connect(dsn, name, name)) as connection:
        supported(connection.info.server_version, name)
        try:
            catalog.begin_reading(connection)
            yield connection
        except psycopg.Error as error:
            raise answered(error, name) from None


def supported(version: int, name: str) -> None:
    """Raise UsageError if the server is too old. version: its server_version_num, such as 170006."""
    if version // 10000 < MINIMUM_MAJOR:
        raise UsageError(f"{name}: PostgreSQL {version // 10000} is not supported; {MINIMUM_MAJOR} or newer is needed")


def answered(error: psycopg.Error, name: str) -> UsageError:
    """Return what to raise when a query fails, or its answer does not come. name: of the database, in the message."""
    if isinstance(error, TookTooLong):
        return UsageError(
            f"{name}: the answers did not come within {error.seconds:g} s, as the way to the database stalls or is too"
            f" slow; {_NOTHING_JUDGED}. Try again from nearer, or set CONNECT_TIME_UNIT above {unit():g}"
        )
    if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
        return UsageError(
            f"{name}: the connection broke off while the database was read ({first_line(error)}); {_NOTHING_JUDGED}."
            " Try again; if it happens each time, look at the server's log, and for what is in between: a pooler, a"
            " firewall, a VPN"
        )
    wrote = (
        f"; {_caller(error)} tried to write, which nothing can here; give the role BYPASSRLS, so that no policy holds"
    )
    pooled = "; a pooler in transaction mode is in between, use the session pooler (port 5432) or a direct connection"
    advice = {
        "25001": wrote,
        "25006": wrote,
        "26000": pooled,
        "42P05": pooled,
        "42P17": "; nobody for whom that policy holds can read the table, so mend it or give the role BYPASSRLS",
        "42703": "; its tables are not those of the project's baseline",
        "55P03": "; something holds a lock on a table, try again",
        "57014": "; it took longer than the time limit",
        "57P01": f"; somebody ended the session or stops the server, {_NOTHING_JUDGED}; try again",
    }.get(error.sqlstate or "", "")
    return UsageError(f"{name}: the database answered: {first_line(error)}{advice}")


def _caller(error: psycopg.Error) -> str:
    """Return what a query called when it failed, as the server says it, such as a function of a policy."""
    found = re.findall(r'function "?([\w.]+(?:\([^)]*\))?)', error.diag.context or "")
    return f"a policy's function {found[-1]}" if found else "a policy"


def _address(dsn: str) -> str | None:
    """Return host and port, or None if the string makes no sense; never returns a part of the password as either."""
    try:
        parameters = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        return None
    host, port = str(parameters.get("host", "localhost")), str(parameters.get("port", 5432))
    # With an @ or / in the password, what follows it is taken for the host, the port or the database.
    readable = (
        re.fullmatch(r"[\w.,:/\[\]-]+", host)
        and re.fullmatch(r"[\d,]+", port)
        and "@" not in str(parameters.get("dbname", ""))
    )
    return f"{host}:{port}" if readable else None


def _why(error: psycopg.Error, seconds: int) -> str:
    text = str(error)
    if isinstance(error, psycopg.errors.ConnectionTimeout) or "timeout expired" in text:
        return f"no answer within {seconds} s; is the address right, and may this machine reach it?"
    return connection_errors.why(text)
