"""On replicas of any project, this repository's or an adopted one, each criterion of the guide is able to fail."""

import psycopg
import pytest


def test_each_criterion_can_fail(criteria, aligned, environment, record_property):
    """Without a defect no criterion fails, and each defect fails the one that it breaks."""
    survived = []
    with psycopg.connect(aligned, autocommit=True) as connection:
        connection.execute("SET search_path = pg_catalog")
        assert criteria.failing(environment, connection, "SELECT") == []
        made = criteria.defects(connection)
        for defect in made:
            test = defect.fails(environment.name)
            if not criteria.failing(environment, connection, defect.change, test):
                survived.append(f"{test}: {defect.change}")
    score = {"environment": environment.name, "caught": len(made) - len(survived), "of": len(made)}
    record_property("live score", score)
    if survived:
        pytest.fail("\n".join(["nothing noticed:", *survived]), pytrace=False)
