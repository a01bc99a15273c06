"""Three ways to a PostgreSQL server (embedded, container, live), one interface.

`acquire` gives a `Server` on which test databases can be made; a live database is reached by `pgproof.postgres.live`
instead, which never makes anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgproof.postgres.seed import EMPTY, Seed

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping


@dataclass
class Server:
    """A throw-away server that this process may use until it closes its lease or ends.

    parameters: libpq connection parameters without dbname. kind: what to call it, such as "embedded".
    seed: what its base database holds. The lease is a socket to the server's supervisor, which stops the server when the last lease is gone, however the
    holder ended.
    """

    kind: str
    parameters: Mapping[str, str] = field(repr=False)
    lease: socket.socket = field(repr=False)
    seed: Seed = EMPTY

    def conninfo(self, dbname: str) -> str:
        """The libpq connection string of one of its databases."""
        return " ".join(f"{key}={_quoted(value)}" for key, value in {**self.parameters, "dbname": dbname}.items())

    def close(self) -> None:
        """Give the lease back. The server ends with its last lease."""
        self.lease.close()


def _quoted(value: str) -> str:
    if value.isascii() and all(letter.isalnum() or letter in "/._-" for letter in value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def acquire(postgres: str = "embedded", version: int = 17, seed: Seed = EMPTY) -> Server:
    """Share a running server of this kind, or start one.

    postgres: "embedded", "container" or "container:IMAGE". seed: what its base database begins with. Raises UsageError where that cannot be had.
    """
    if postgres == "embedded":
        from pgproof.postgres import embedded

        return embedded.acquire(version, seed)
    from pgproof.postgres import container

    return container.acquire(postgres, version, seed)
