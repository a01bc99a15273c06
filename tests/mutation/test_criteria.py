"""On replicas of any project, this repository's or an adopted one, each criterion of the guide is able to fail."""

import psycopg
import pytest

from connect.mutants.criteria import defects
from pgproof import catalog


def test_each_criterion_can_fail(criteria, aligned, environment, record_property):
    """Without a defect no criterion fails, and each defect fails the one that it breaks."""
    survived = []
    with psycopg.connect(aligned, autocommit=True) as connection:
        connection.execute("SET search_path = pg_catalog")
        assert criteria.failing(environment, connection, "SELECT") == []
        made = defects(catalog.read(connection))
        for defect in made:
            if defect.fails(environment.name) not in criteria.failing(environment, connection, defect.change):
                survived.append(f"{defect.fails(environment.name)}: {defect.change}")
    score = {"environment": environment.name, "caught": len(made) - len(survived), "of": len(made)}
    record_property("live score", score)
    if survived:
        pytest.fail("\n".join(["nothing noticed:", *survived]), pytrace=False)
