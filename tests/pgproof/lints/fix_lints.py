"""What the rules find after a script, in a clone for each module of tests and a transaction for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from connect.project import REPLICAS
from pgproof import lints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pgproof.postgres.templates import Templates


@pytest.fixture(scope="module")
def linted_database(templates: Templates) -> Iterator[psycopg.Connection[Any]]:
    """One connection to one clone for the whole module."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        yield connection


@pytest.fixture
def violations_after(
    linted_database: psycopg.Connection[Any],
) -> Iterator[Callable[[str], tuple[lints.Violation, ...]]]:
    """Runs a script in the test's transaction, which is rolled back, and returns what the rules find then."""
    linted_database.execute("BEGIN; SET LOCAL search_path = pg_catalog")

    def after(script: str) -> tuple[lints.Violation, ...]:
        linted_database.execute(script.encode())
        return lints.read(linted_database)

    yield after
    linted_database.execute("ROLLBACK")


@pytest.fixture
def objects_after(violations_after: Callable[[str], tuple[lints.Violation, ...]]) -> Callable[[str, str], list[str]]:
    """Runs a script like violations_after, and returns the objects that break one rule then."""

    def after(rule: str, script: str) -> list[str]:
        return [each.object for each in violations_after(script) if each.rule == rule]

    return after
