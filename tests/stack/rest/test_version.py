"""Whatever the API's catalog is read from, a change of it is seen without reading it; other changes are told apart."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from pgproof.timing import eventually
from stack.rest.version import look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stack.rest.version import Version
    from tests.stack.rest.fix_rest import Caller

_SCHEMA = """
CREATE SCHEMA rest_versions;
SET search_path = rest_versions;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE pair AS (one int, two int);
CREATE DOMAIN short AS text DEFAULT 'a';
CREATE FUNCTION shown(short) RETURNS json LANGUAGE sql IMMUTABLE AS 'SELECT NULL::json';
CREATE FUNCTION zero(given pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE TABLE first (id int PRIMARY KEY, name text DEFAULT 'x', feels mood DEFAULT 'good');
CREATE TABLE second (id int, first_id int CONSTRAINT second_first REFERENCES first);
CREATE TABLE parted (id int) PARTITION BY LIST (id);
CREATE TABLE part (id int);
CREATE VIEW seen AS SELECT id FROM first;
"""
_CHANGES = (
    "CREATE TABLE third ()",
    "DROP TABLE second",
    "ALTER TABLE second RENAME TO other",
    "ALTER TABLE second SET SCHEMA public; DROP TABLE public.second",
    "ALTER SCHEMA rest_versions RENAME TO rest_version; ALTER SCHEMA rest_version RENAME TO rest_versions",
    "ALTER TABLE first RENAME name TO title",
    "ALTER TABLE first ADD more int",
    "ALTER TABLE first DROP name",
    "ALTER TABLE first ALTER name TYPE varchar(9)",
    "ALTER TABLE first ALTER name SET DEFAULT 'y'",
    "ALTER TABLE first ALTER name DROP DEFAULT",
    "ALTER TABLE second ALTER id SET NOT NULL",
    "ALTER TABLE second ALTER id SET NOT NULL, ALTER id ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE second ADD UNIQUE (first_id)",
    "ALTER TABLE second RENAME CONSTRAINT second_first TO second_one",
    "ALTER TABLE second DROP CONSTRAINT second_first",
    "ALTER TABLE parted ATTACH PARTITION part FOR VALUES IN (1)",
    "CREATE OR REPLACE VIEW seen AS SELECT id, name FROM first",
    "CREATE OR REPLACE VIEW seen AS SELECT 1 AS id",
    "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER FUNCTION zero RENAME TO nought",
    "ALTER FUNCTION zero STABLE",
    "ALTER FUNCTION zero SET statement_timeout = '1s'",
    "DROP FUNCTION zero",
    "ALTER TYPE mood RENAME VALUE 'good' TO 'fine'",
    "ALTER TYPE mood RENAME TO temper",
    "ALTER TYPE pair ADD ATTRIBUTE three int",
    "ALTER DOMAIN short SET DEFAULT 'b'",
    "CREATE CAST (short AS json) WITH FUNCTION shown(short) AS IMPLICIT",
)


@pytest.fixture
def schema_owner(anyone: Caller) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may change the schema, with some of everything in a schema of its own."""
    with psycopg.connect(anyone.stack.dsn, autocommit=True) as connection:
        connection.execute(_SCHEMA)
        try:
            yield connection
        finally:
            connection.execute("DROP SCHEMA rest_versions CASCADE")


def looked(dsn: str, *between: Any) -> list[Version]:
    """Look once, and once more after each of these has been called, by one connection."""

    async def each() -> list[Version]:
        connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
        async with connection:
            found = [await look(connection, None)]
            for action in between:
                action()
                found.append(await look(connection, found[-1]))
            return found

    # A browser of another test may have its event loop in this thread.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(each())).result()


@pytest.mark.parametrize("change", _CHANGES)
def test_a_change_of_the_schema_is_another_version(
    change: str, schema_owner: psycopg.Connection[Any], anyone: Caller
) -> None:
    """Each kind of change that the catalog depends on has another fingerprint, also if it is undone."""
    before, after = looked(anyone.stack.dsn, lambda: schema_owner.execute(change))
    assert before.rows != after.rows
    assert not after.as_before(before, thorough=False)


def test_rows_that_change_are_not_another_version(schema_owner: psycopg.Connection[Any], anyone: Caller) -> None:
    """A write to a table has another snapshot, which only a thorough look takes for another version."""
    before, after = looked(anyone.stack.dsn, lambda: schema_owner.execute("INSERT INTO first VALUES (1)"))
    assert (before.rows, before.snapshot != after.snapshot) == (after.rows, True)
    assert after.as_before(before, thorough=False)
    assert not after.as_before(before, thorough=True)


def test_nothing_is_looked_at_while_nothing_is_committed(anyone: Caller) -> None:
    """Between two looks without a commit, the version is the same object; for another connection it never counts."""
    dsn = anyone.stack.dsn

    def same() -> bool:
        first, second = looked(dsn, lambda: None)
        return first is second

    assert eventually(same)
    assert not looked(dsn)[0].as_before(looked(dsn)[0], thorough=False)


def test_a_change_that_is_not_committed_is_no_version(schema_owner: psycopg.Connection[Any], anyone: Caller) -> None:
    """What a transaction changes counts from its commit on, even if others have ended since it began."""

    def begin() -> None:
        schema_owner.execute("BEGIN")
        schema_owner.execute("ALTER TABLE first ADD more int")
        with psycopg.connect(anyone.stack.dsn, autocommit=True) as other:
            other.execute("INSERT INTO rest_versions.part VALUES (1)")

    before, during, after = looked(anyone.stack.dsn, begin, lambda: schema_owner.execute("COMMIT"))
    assert during.as_before(before, thorough=False)
    assert not after.as_before(during, thorough=False)
