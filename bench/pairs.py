"""The pairs of databases that `diff` is measured on, and the names that whoever compares them right must mention."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from connect.project import REPLICAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.postgres.templates import Templates

_TABLES = Path(__file__).with_name("many_tables.sql").read_text()
_AT_ONCE = 100
_SCHEMA = "CREATE SCHEMA app_{n}"
_TOUCH = """
CREATE FUNCTION app_0.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := now(); RETURN NEW; END'
"""
# What differs, by a name that is nowhere else among the differences.
_CHANGES = {
    "table_00001": "ALTER TABLE app_1.table_00001 ALTER amount SET DEFAULT 0",
    "bench_new_index": "CREATE INDEX bench_new_index ON app_2.table_00002 (status)",
    "table_00003": "ALTER POLICY owner_reads ON app_3.table_00003 USING (true)",
    "table_00004": "REVOKE UPDATE ON app_4.table_00004 FROM authenticated",
    "table_00005_open": "DROP FUNCTION app_5.table_00005_open",
}
_SMALL = ("chat_participants", "mark_messages_as_read", "get_unread_count", "idx_chat_messages_sender_id")


@dataclass(frozen=True)
class Pair:
    """Two databases, and a name for each thing that differs."""

    title: str
    one: str
    two: str
    differ: tuple[str, ...]

    def told(self, said: str) -> tuple[str, ...]:
        """Return the differences that a text mentions."""
        return tuple(name for name in self.differ if name in said)


@contextmanager
def baselines(templates: Templates) -> Iterator[Pair]:
    """Yield Connect's two baselines, before any migration."""
    with (
        templates.clone(REPLICAS["prod"], "baseline") as one,
        templates.clone(REPLICAS["staging"], "baseline") as two,
    ):
        yield Pair("Connect's two baselines", one, two, (*_SMALL, "idx_chat_messages_reply_to"))


@contextmanager
def many_tables(templates: Templates, tables: int) -> Iterator[Pair]:
    """Yield two databases with that many tables, a multiple of a hundred, and five differences."""
    with templates.clone(REPLICAS["prod"], "aligned") as one:
        with psycopg.connect(one, autocommit=True) as connection:
            for n in range(10):
                connection.execute(_SCHEMA.format(n=n).encode())
            connection.execute(_TOUCH)
            connection.execute(_TABLES.encode())
            for first in range(1, tables, _AT_ONCE):
                connection.execute(f"CALL pg_temp.create_tables({first}, {first + _AT_ONCE - 1})".encode())
            # As autovacuum would have done it in a database that has been there for a while.
            connection.execute("VACUUM (ANALYZE)")
        with psycopg.connect(make_conninfo(one, dbname="postgres"), autocommit=True) as admin:
            template = conninfo_to_dict(one)["dbname"]
            copy = f"{template}_other"
            admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}" STRATEGY file_copy'.encode())
            try:
                two = make_conninfo(one, dbname=copy)
                with psycopg.connect(two, autocommit=True) as connection:
                    for change in _CHANGES.values():
                        connection.execute(change.encode())
                yield Pair(f"{tables:,} tables", one, two, tuple(_CHANGES))
            finally:
                admin.execute(f'DROP DATABASE "{copy}" WITH (FORCE)'.encode())
