"""What several folders of tests need of Connect: a database to read, and the role that may only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pgproof.postgres.templates import Templates


@pytest.fixture(scope="module")
def production(templates: Templates) -> Iterator[str]:
    """The connection string of an aligned production replica for one module; each test takes its change back."""
    from connect.project import REPLICAS

    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        yield conninfo


@pytest.fixture
def own_production(templates: Templates) -> Iterator[str]:
    """The connection string of an aligned production replica of the test's own."""
    from connect.project import REPLICAS

    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        yield conninfo


@pytest.fixture
def as_verifier(templates: Templates) -> Callable[[str], str]:
    """Prepares a database as verifier_role.sql does, and returns how connect_verifier reaches it."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from connect.paths import SQL
    from pgproof.scripts import migration

    def prepare(conninfo: str) -> str:
        with templates.alone("connect_verifier"), psycopg.connect(conninfo, autocommit=True) as connection:
            migration.apply(connection, SQL / "verifier_role.sql")
        return make_conninfo(conninfo, user="connect_verifier")

    return prepare
