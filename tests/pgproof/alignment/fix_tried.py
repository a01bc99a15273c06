"""One database for all tests of an alignment's parts: each test has a transaction, which is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import catalog
from pgproof.alignment import guards
from pgproof.alignment.steps import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.postgres.templates import Templates


class Tried:
    """A database in a transaction, and what the guards of a statement say about it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def execute(self, sql: str) -> None:
        """Run some statements."""
        self.connection.execute(sql.encode())

    def catalog(self) -> catalog.Catalog:
        """The catalog of all that the test has made so far."""
        return catalog.read(self.connection)

    def guards(self, sql: str, *, destructive: bool = False, known: catalog.Catalog | None = None) -> tuple[str, ...]:
        """The guards of a statement."""
        return guards.before(Step(sql, "table", destructive=destructive), known or self.catalog())

    def refusal(self, *statements: str) -> psycopg.errors.Diagnostic | None:
        """What the first of these statements is refused with, None if they all run; they are taken back."""
        try:
            with self.connection.transaction(force_rollback=True):
                for each in statements:
                    self.connection.execute(each.encode())
        except psycopg.Error as error:
            return error.diag
        return None

    def notices(self, *statements: str) -> list[str]:
        """What the server says while these statements run; they are taken back."""
        found: list[str] = []

        def note(diagnostic: psycopg.errors.Diagnostic) -> None:
            found.append(diagnostic.message_primary or "")

        self.connection.add_notice_handler(note)
        assert self.refusal(*statements) is None
        self.connection.remove_notice_handler(note)
        return found


@pytest.fixture(scope="module")
def tried_database(templates: Templates) -> Iterator[psycopg.Connection[Any]]:
    """One connection to one clone for the whole module."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        connection.execute("CREATE EXTENSION citext SCHEMA extensions; CREATE EXTENSION btree_gist SCHEMA extensions")
        yield connection


@pytest.fixture
def tried(tried_database: psycopg.Connection[Any]) -> Iterator[Tried]:
    """The database, in the test's transaction."""
    tried_database.execute("BEGIN; SET LOCAL search_path = pg_catalog, pg_temp")
    yield Tried(tried_database)
    tried_database.execute("ROLLBACK")
