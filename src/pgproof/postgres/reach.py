"""Reaches a database with bounded waits, and says in one sentence why that fails. Never shows a secret."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgproof.errors import UsageError
from pgproof.postgres import connection_errors
from pgproof.secret import Secret
from pgproof.timing import unit

MINIMUM_MAJOR = 15


def connect(dsn: str, name: str, given_as: str, user: str = "user") -> psycopg.Connection[Any]:
    """Return an autocommit connection. Raises UsageError after 10 s (scaled by timing.unit()) at the latest.

    name: of the database, in messages. given_as: where its connection string came from. user: in the example.
    """
    where = _address(dsn)
    if where is None:
        raise UsageError(
            f"{given_as} is not a connection string; expected"
            f" postgresql://{user}:…@host:5432/postgres, special characters percent-encoded (%40 for @)"
        )
    seconds = max(2, round(10 * unit()))
    try:
        return psycopg.connect(Secret(dsn), autocommit=True, prepare_threshold=None, connect_timeout=seconds)
    except KeyboardInterrupt:
        # Without psycopg's own frames, whose arguments hold the password.
        raise KeyboardInterrupt from None
    except psycopg.Error as error:
        raise UsageError(f"{name}: cannot connect to {where}: {_why(error, seconds)}") from None


def supported(version: int, name: str) -> None:
    """Raise UsageError if the server is too old. version: its server_version_num, such as 170006."""
    if version // 10000 < MINIMUM_MAJOR:
        raise UsageError(f"{name}: PostgreSQL {version // 10000} is not supported; {MINIMUM_MAJOR} or newer is needed")


def answered(error: psycopg.Error, name: str) -> UsageError:
    """Return what to raise when a query fails. name: of the database, in the message."""
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
    }.get(error.sqlstate or "", "")
    return UsageError(f"{name}: the database answered: {_first_line(error)}{advice}")


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


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
