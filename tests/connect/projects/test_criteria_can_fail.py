"""On every project each defect that breaks a criterion is caught by reading it live: by the test that is about it."""

from dataclasses import replace
from itertools import cycle

import psycopg
import pytest
from pydantic import SecretStr

from connect.project import PROJECT
from tests.connect.projects.fix_projects import some_projects
from tests.connect.projects.layers import ENVIRONMENTS, PROJECTS

# A project is almost the same in both environments once it is aligned, so each is broken in one of them.
IN_TURN = [
    case
    for project, environment in zip(PROJECTS, cycle(ENVIRONMENTS), strict=False)
    for case in some_projects([project], [environment], ["aligned"])
]


@pytest.fixture
def admin_of(live_project):
    """The connection of the server's superuser to the project, which may break anything."""
    with psycopg.connect(live_project.dsn("supabase_admin"), autocommit=True) as connection:
        connection.execute("SET search_path = pg_catalog")
        yield connection


@pytest.mark.parametrize("live_project", IN_TURN, indirect=True)
def test_each_criterion_can_fail(criteria, live_project, admin_of):
    """Without a defect nothing fails; each defect fails the test of its criterion, whatever the project looks like."""
    environment = replace(
        PROJECT.environments[live_project.environment], dsn=SecretStr(live_project.dsn()), expected_messages=1
    )
    assert criteria.failing(environment, admin_of, "SELECT") == []
    found = criteria.defects(admin_of)
    survived = [
        defect
        for defect in found
        if not criteria.failing(environment, admin_of, defect.change, defect.fails(environment.name))
    ]
    assert survived == []
    assert len(found) >= 170


@pytest.mark.parametrize("live_project", some_projects(["typical"], ["prod"], ["aligned"]), indirect=True)
def test_each_criterion_has_a_defect(criteria, live_project, admin_of):
    """No test of tests/schema is left out above, but for 004, the record, and what no transaction can change."""
    broken = {defect.fails("prod") for defect in criteria.defects(admin_of)}
    ours = {test for test in criteria.tests("prod") if "test_validation.py" not in test}
    apart = "test_recorded.py", "test_changes_reach_realtime"
    assert {test for test in ours if not any(each in test for each in apart)} == broken
