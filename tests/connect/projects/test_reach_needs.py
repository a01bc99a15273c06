"""Each privilege that a step relies on is missed by name when it is taken away, on projects of different owners."""

import psycopg
import pytest

from connect.guide import callers, reach
from connect.mutants.reach import without
from pgproof.reach import reading
from tests.connect.projects.fix_projects import some_projects
from tests.connect.projects.layers import OWN

SOME = some_projects([OWN, "hardened", "agency"], ["prod"], ["aligned"])


@pytest.mark.parametrize("live_project", SOME, indirect=True)
def test_each_privilege_is_missed_by_name(live_project):
    """Whoever has it, a caller or the owner of functions and tables, and however it is held."""
    with psycopg.connect(live_project.dsn("supabase_admin"), autocommit=True) as connection:
        connection.execute("SET search_path = pg_catalog")

        def read():
            return reading.read(connection, callers.ROLES, reach.RELATIONS)

        found = read()
        unnoticed, needs = [], {}
        for step in reach.STEPS:
            needs |= {need: step for need in reach.judge(found, step).way.held if step != "authenticated-make"}
        for need, step in needs.items():
            connection.execute(f"BEGIN; {without(found, need)}".encode())
            if need not in reach.judge(read(), step).way.missing:
                unnoticed.append((step, need))
            connection.execute("ROLLBACK")
    assert unnoticed == []
    assert len(needs) > 40
