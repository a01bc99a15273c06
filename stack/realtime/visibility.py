"""Which viewers see which rows: judged by the database itself, as each viewer's role and claims, in one round trip.

What it needs lives in the session's own pg_temp: nothing is added to the database.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import AsyncConnection, sql

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from stack.realtime.tables import Table

# The policies may take so long for all viewers of a batch; values are written as the stream writes them; and nobody
# waits for the disk, since nothing that these sessions write outlives them.
SESSION = "-c statement_timeout=10s -c timezone=UTC -c datestyle=ISO -c synchronous_commit=off"

# The stream tells of a commit when its record is on disk, a moment before other sessions see what it did.
_SETTLE = """
CREATE FUNCTION pg_temp.settle(xids bigint[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  snapshot pg_snapshot;
  latest bigint;
BEGIN
  LOOP
    snapshot := pg_current_snapshot();
    latest := pg_snapshot_xmax(snapshot)::text::bigint;
    -- The stream's 32 bits are of the last transaction up to the latest one that ends in them.
    EXIT WHEN (
      SELECT bool_and(pg_visible_in_snapshot(full_xid::text::xid8, snapshot))
      FROM (
        SELECT (latest >> 32 << 32) + xid - CASE WHEN xid > (latest & 4294967295) + 1000000 THEN 4294967296 ELSE 0 END
        FROM unnest(xids) xid
      ) full_xids (full_xid)
    );
    PERFORM pg_sleep(0.0005);
  END LOOP;
  RETURN true;
END
$$
"""

# Static SQL, so that its plan is kept: it depends on the role but not on the claims. A viewer whose policy fails sees
# nothing, and the failure takes the role and claims back with it.
_SEES = """
CREATE OR REPLACE FUNCTION {name}(viewer_role text, viewer_claims text, key json) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  seen boolean;
BEGIN
  PERFORM set_config('role', $1, true), set_config('request.jwt.claims', $2, true);
  SELECT EXISTS (SELECT FROM {table} AS t WHERE {condition}) INTO seen;
  PERFORM set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  RETURN seen;
EXCEPTION
  WHEN assert_failure OR OTHERS THEN RETURN false;
END
$$
"""

_JUDGE = """
SELECT
  pg_temp.settle(%(xids)s::bigint[]),
  (
    SELECT json_object_agg(r.rolname, ARRAY(
      SELECT a.attname FROM pg_attribute a
      WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped
        AND has_column_privilege(r.oid, a.attrelid, a.attnum, 'SELECT')
    ))
    FROM pg_roles r WHERE r.rolname = ANY(%(roles)s)
  ),
  ARRAY(
    SELECT {name}(viewer_role, viewer_claims, key::json)
    FROM unnest(%(viewer_roles)s::text[], %(viewer_claims)s::text[], %(keys)s::text[])
      WITH ORDINALITY AS asked (viewer_role, viewer_claims, key, place)
    ORDER BY place
  )
"""


@dataclass(frozen=True)
class Viewer:
    """Who a token says its bearer is. claims: as JSON."""

    role: str
    claims: str


@dataclass(frozen=True)
class Judgement:
    """What a judge answers. selectable: by role, the columns it may read. seen: for each question, in order."""

    selectable: Mapping[str, frozenset[str]]
    seen: Sequence[bool]


@asynccontextmanager
async def judge(conninfo: str) -> AsyncIterator[Judge]:
    """Yield a judge. conninfo: of a user that may become each viewer's role and has no rights of its own."""
    async with await AsyncConnection.connect(conninfo, autocommit=True, options=SESSION) as connection:
        await connection.execute(_SETTLE)
        yield Judge(connection)


class Judge:
    """Answers for one table at a time."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self.connection = connection
        self._prepared: dict[int, Table] = {}

    async def ask(
        self,
        table: Table,
        xids: set[int],
        roles: set[str],
        questions: Sequence[tuple[Viewer, Mapping[str, str | None]]],
    ) -> Judgement:
        """Return whether each viewer sees the row with these key values, once the transactions are visible to all.

        xids: the transactions, 32 bits each. roles: those whose columns are wanted. questions: viewers, and rows with
        at least the key's values as texts. Raises psycopg.Error if that cannot be found out for anybody.
        """
        name = await self._function(table)
        cursor = await self.connection.execute(
            sql.SQL(_JUDGE).format(name=name),
            {
                "xids": list(xids),
                "oid": table.relation.oid,
                "roles": list(roles),
                "viewer_roles": [viewer.role for viewer, _ in questions],
                "viewer_claims": [viewer.claims for viewer, _ in questions],
                "keys": [json.dumps([row[column] for column in table.key]) for _, row in questions],
            },
        )
        ((_, selectable, seen),) = await cursor.fetchall()
        return Judgement({role: frozenset(names) for role, names in (selectable or {}).items()}, seen)

    async def _function(self, table: Table) -> sql.Identifier:
        name = sql.Identifier("pg_temp", f"sees_{table.relation.oid}")
        if self._prepared.get(table.relation.oid) is not table:
            condition = sql.SQL(" AND ").join(
                sql.SQL("t.{} = ($3 ->> {})::{}").format(sql.Identifier(column), sql.Literal(index), sql.SQL(type_name))
                for index, (column, type_name) in enumerate(table.key.items())
            )
            await self.connection.execute(
                sql.SQL(_SEES).format(
                    name=name,
                    table=sql.Identifier(table.relation.schema, table.relation.table),
                    condition=condition if table.key else sql.SQL("false"),
                )
            )
            self._prepared[table.relation.oid] = table
        return name
