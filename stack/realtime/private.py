"""Private channels: what the policies on realtime.messages let somebody do, and what was sent before.

As Supabase does, the policies are asked with rows that are rolled back: who may read a row of the extension broadcast
hears, who may insert one says; likewise for presence. See https://supabase.com/docs/guides/realtime/authorization.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from stack.database import Database
    from stack.realtime.visibility import Viewer

_EXTENSIONS = ("broadcast", "presence")
_CONNECTIONS = 2
_PROBE = "INSERT INTO realtime.messages (id, topic, extension) VALUES (%s, %s, 'broadcast'), (%s, %s, 'presence')"
_BECOME = """
SELECT set_config('realtime.topic', %(topic)s, true), set_config('request.jwt.claims', %(claims)s, true),
  set_config('request.jwt.claim.sub', %(claims)s::jsonb ->> 'sub', true),
  set_config('request.jwt.claim.role', %(role)s, true), set_config('role', %(role)s, true)
"""
_READ = "SELECT id::text FROM realtime.messages WHERE id = ANY(%s::uuid[])"
_WRITE = "INSERT INTO realtime.messages (id, topic, extension) VALUES (gen_random_uuid(), %s, %s)"
_STORED = """
SELECT id::text, event, payload::text, binary_payload FROM realtime.messages
WHERE topic = %(topic)s AND private AND extension = 'broadcast'
  AND inserted_at >= to_timestamp(%(since)s / 1000.0) AT TIME ZONE 'UTC'
  AND inserted_at < now() AT TIME ZONE 'UTC' + interval '1 minute'
ORDER BY inserted_at DESC LIMIT %(limit)s
"""
MOST_REPLAYED = 25


@dataclass(frozen=True)
class Rights:
    """What somebody may do on a channel: hear and say broadcasts, see who is present, show that they are."""

    hears: bool = True
    says: bool = True
    sees: bool = True
    shows: bool = True


@dataclass(frozen=True)
class Stored:
    """A broadcast that was stored. payload: JSON, or bytes."""

    id: str
    event: str
    payload: str | bytes


class Private:
    """Asks the database. Opened before the first question, closed after the last."""

    def __init__(self, database: Database) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            database.conninfo("postgres"),
            kwargs={"options": "-c statement_timeout=10s"},
            min_size=0,
            max_size=_CONNECTIONS,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )

    async def open(self) -> None:
        """Be ready to connect."""
        await self._pool.open()

    async def close(self) -> None:
        """Leave no connection."""
        await self._pool.close()

    async def rights(self, topic: str, viewer: Viewer) -> Rights:
        """Return what the policies let a viewer do on a topic, which has no prefix. Raises psycopg.Error."""
        ids = [str(uuid.uuid4()) for _ in _EXTENSIONS]
        async with self._pool.connection() as connection, connection.transaction(force_rollback=True):
            await connection.execute(_PROBE, [ids[0], topic, ids[1], topic])
            await connection.execute(_BECOME, {"topic": topic, "claims": viewer.claims, "role": viewer.role})
            read = {found for (found,) in await (await connection.execute(_READ, [ids])).fetchall()}
            says, shows = [await _may_write(connection, topic, extension) for extension in _EXTENSIONS]
        return Rights(ids[0] in read, says, ids[1] in read, shows)

    async def stored(self, topic: str, since: float, limit: int) -> list[Stored]:
        """Return the newest broadcasts of a topic, oldest first. since: milliseconds. Raises psycopg.Error."""
        asked = {"topic": topic, "since": since, "limit": max(min(limit, MOST_REPLAYED), 1)}
        async with self._pool.connection() as connection:
            rows = await (await connection.execute(_STORED, asked)).fetchall()
        return [Stored(name, event or "", payload if data is None else data) for name, event, payload, data in rows][
            ::-1
        ]


async def _may_write(connection: AsyncConnection[Any], topic: str, extension: str) -> bool:
    try:
        async with connection.transaction(force_rollback=True):
            await connection.execute(_WRITE, [topic, extension])
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True
