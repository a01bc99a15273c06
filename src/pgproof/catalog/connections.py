"""Where subscriptions connect to. PostgreSQL shows that to superusers only; the passwords are kept as hashes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_MAY_READ = "SELECT has_column_privilege('pg_subscription', 'subconninfo', 'SELECT')"
_CONNECTIONS = """
SELECT quote_ident(subname), subconninfo FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_SECRET = ("password", "sslpassword", "oauth_client_secret")
# The names of the two attributes; both are None where the connection could not be looked at.
CONNECTION, PASSWORDS = "connection", "secret passwords"


def read(connection: psycopg.Connection[Any]) -> dict[str, dict[str, Any]]:
    """Return the attributes that follow from each subscription's connection string, by its identity.

    Empty if this role may not read them. Source: pg_subscription.subconninfo.
    """
    (may_read,) = connection.execute(_MAY_READ).fetchone() or (False,)
    if not may_read:
        return {}
    return {name: _attributes(told) for name, told in connection.execute(_CONNECTIONS)}


def _attributes(told: str) -> dict[str, Any]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(told)
    except ProgrammingError:
        # PostgreSQL has checked it; an option that only a newer library knows is compared with all else.
        return {CONNECTION: {}, PASSWORDS: _hash(told)}
    secrets = {name: parts.pop(name) for name in _SECRET if name in parts}
    return {CONNECTION: parts, PASSWORDS: _hash(json.dumps(secrets, sort_keys=True)) if secrets else ""}


def _hash(text: str) -> str:
    # Here, because few databases have a subscription, and the module brings a library of its own into memory.
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()
