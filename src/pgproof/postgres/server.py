"""A server as its users see it: how libpq reaches it, and the lease that keeps it alive."""

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

    kind: what to call it, such as "embedded". parameters: libpq connection parameters without dbname.
    lease: a socket to the server's supervisor, which stops the server when the last lease is gone, however its holder
    ended. seed: what its base database begins with.
    """

    kind: str
    parameters: Mapping[str, str] = field(repr=False)
    lease: socket.socket = field(repr=False)
    seed: Seed = EMPTY

    def conninfo(self, dbname: str) -> str:
        """Return the libpq connection string of one of its databases."""
        return " ".join(f"{key}={_quoted(value)}" for key, value in {**self.parameters, "dbname": dbname}.items())

    def close(self) -> None:
        """Give back the lease. The server ends with its last lease."""
        self.lease.close()


def _quoted(value: str) -> str:
    if value.isascii() and all(letter.isalnum() or letter in "/._-" for letter in value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
