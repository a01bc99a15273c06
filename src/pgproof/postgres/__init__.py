"""Three ways to a PostgreSQL server (embedded, container, live), one interface.

`acquire` returns a `Server` on which test databases can be created; a live database is reached by
`pgproof.postgres.live` instead, which never creates anything.
"""

from __future__ import annotations

from pgproof.postgres.seed import EMPTY, Seed
from pgproof.postgres.server import Server

__all__ = ["Server", "acquire"]


def acquire(postgres: str = "embedded", version: int = 17, seed: Seed = EMPTY) -> Server:
    """Return a lease on a server of this kind, version and seed, which is started if it does not run yet.

    postgres: "embedded", "container" or "container:IMAGE". version: major. seed: what its base database begins with.
    Raises UsageError where such a server cannot be started.
    """
    if postgres == "embedded":
        from pgproof.postgres import embedded

        return embedded.acquire(version, seed)
    from pgproof.postgres import container

    return container.acquire(postgres, version, seed)
