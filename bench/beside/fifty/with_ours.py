"""With the fixture `templates` of this project."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from connect.paths import SQL
from connect.project import REPLICAS

if TYPE_CHECKING:
    from pgproof.postgres.templates import Templates

MIGRATED = replace(REPLICAS["prod"], migrations=tuple(sorted(SQL.glob("00[123]_*.sql"))))


@pytest.mark.parametrize("number", range(int(os.environ["DATABASES"])))
def test_own_database(templates: Templates, number: int) -> None:
    """A write is there, and only there."""
    with templates.clone(MIGRATED, "aligned") as conninfo, psycopg.connect(conninfo) as connection:
        connection.execute("INSERT INTO public.chats (name) VALUES (%s)", [f"of test {number}"])
        found = connection.execute("SELECT count(*) FROM public.chats WHERE name LIKE 'of test%'").fetchone()
        assert found == (1,)
