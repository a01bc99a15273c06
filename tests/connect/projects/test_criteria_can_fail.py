"""On every project each defect that breaks a criterion is caught by reading it live: by the test that is about it."""

from dataclasses import replace

import psycopg
import pytest
from pydantic import SecretStr

from connect.paths import ROOT
from connect.project import PROJECT
from pgproof import catalog
from pgproof.mutation.suite import Suite
from pgproof.plugin.options import CHOSEN
from tests.connect.projects.defects import defects
from tests.connect.projects.fix_projects import some_projects


def configure(config):
    config.stash[CHOSEN] = tuple(PROJECT.environments.values())


@pytest.fixture(scope="module")
def criteria():
    """The tests of tests/schema that run live."""
    suite = Suite(ROOT, None, {}, ["tests/schema"], configure)
    suite.items[:] = [item for item in suite.items if "own_baseline" not in item.nodeid]
    return suite


@pytest.fixture
def fails(criteria, live_project):
    """The tests that fail on the project after a change, which is taken back."""
    environment = replace(
        PROJECT.environments[live_project.environment], dsn=SecretStr(live_project.dsn()), expected_messages=1
    )
    with psycopg.connect(live_project.dsn("supabase_admin"), autocommit=True) as connection:

        def after(change):
            connection.execute("BEGIN; SET LOCAL search_path = pg_catalog")
            connection.execute(change.encode())
            found = PROJECT.hooks.read(environment, connection)
            connection.execute("ROLLBACK")
            criteria.snapshots = {environment.name: found}
            return list(criteria.failing(criteria.reading(environment.name)))

        yield after


@pytest.mark.parametrize("live_project", some_projects(states=["aligned"]), indirect=True)
def test_each_criterion_can_fail(fails, live_project):
    """Without a defect nothing fails; each defect fails the test of its criterion, whatever the project looks like."""
    assert fails("SELECT") == []
    with psycopg.connect(live_project.dsn("supabase_admin")) as connection:
        connection.execute("SET search_path = pg_catalog")
        found = list(defects(catalog.read(connection)))
    survived = {}
    for test, change in found:
        file, _, rest = test.partition("::")
        name, _, about = rest.partition("-")
        expected = f"tests/schema/test_{file}.py::test_{name}[{live_project.environment}"
        failing = fails(change)
        if f"{expected}-{about}]" not in failing and f"{expected}]" not in failing:
            survived[f"{test}: {change}"] = failing
    assert survived == {}
    assert len(found) >= 90


@pytest.mark.parametrize("live_project", some_projects(["typical"], ["prod"], ["aligned"]), indirect=True)
def test_each_criterion_has_a_defect(criteria, live_project):
    """No test of tests/schema is left out above, but for those of 004, which test_validation_can_fail.py is about."""
    with psycopg.connect(live_project.dsn("supabase_admin")) as connection:
        connection.execute("SET search_path = pg_catalog")
        broken = {test.partition("-")[0] for test, _ in defects(catalog.read(connection))}
    tests = {item.nodeid.split("[")[0] for item in criteria.reading("prod")}
    ours = {each.removeprefix("tests/schema/test_").replace(".py::test_", "::") for each in tests}
    assert {each for each in ours if not each.startswith(("validation::", "recorded::"))} == broken
