"""Fills an empty database with what both environments share: platform, messaging schema, sample data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness import paths

if TYPE_CHECKING:
    import psycopg


def prepare(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Run platform.sql and messaging.sql and load the sample data, in the connection's transaction."""
    from harness import samples

    for name in ("platform.sql", "messaging.sql"):
        connection.execute((paths.SQL / "baseline" / name).read_bytes())
    samples.load(connection)
