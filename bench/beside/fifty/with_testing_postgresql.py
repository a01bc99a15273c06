"""With testing.postgresql, which starts a server for each test on a copy of a data directory that it fills once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import testing.postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = Path(os.environ["PROGRAMS"])


def _fill(server: Any) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for file in os.environ["FILES"].split(":"):
            connection.execute(Path(file).read_text(encoding="utf-8").encode())


@pytest.fixture(scope="session")
def factory() -> Iterator[Any]:
    """Yield what makes servers that are filled."""
    made = testing.postgresql.PostgresqlFactory(
        cache_initialized_db=True,
        on_initialized=_fill,
        initdb=str(PROGRAMS / "initdb"),
        postgres=str(PROGRAMS / "postgres"),
    )
    yield made
    made.clear_cache()


@pytest.mark.parametrize("number", range(int(os.environ["DATABASES"])))
def test_own_database(factory: Any, number: int) -> None:
    """A write is there, and only there."""
    with factory() as server, psycopg.connect(server.url()) as connection:
        connection.execute("INSERT INTO public.chats (name) VALUES (%s)", [f"of test {number}"])
        found = connection.execute("SELECT count(*) FROM public.chats WHERE name LIKE 'of test%'").fetchone()
        assert found == (1,)
