"""With the fixtures of pytest-postgresql, which copies a template that its server loads once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pytest_postgresql import factories

server = factories.postgresql_proc(
    executable=str(Path(os.environ["PROGRAMS"]) / "pg_ctl"),
    load=[Path(file) for file in os.environ["FILES"].split(":")],
)
database = factories.postgresql("server")


@pytest.mark.parametrize("number", range(int(os.environ["DATABASES"])))
def test_own_database(database: Any, number: int) -> None:
    """A write is there, and only there."""
    database.execute("INSERT INTO public.chats (name) VALUES (%s)", [f"of test {number}"])
    assert database.execute("SELECT count(*) FROM public.chats WHERE name LIKE 'of test%'").fetchone() == (1,)
