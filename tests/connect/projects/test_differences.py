"""The projects differ where real ones do: each claim of their first lines is true of just those that make it."""

import pytest

from tests.connect.projects.claims import CLAIMS
from tests.connect.projects.layers import OWN, PROJECTS


@pytest.fixture(scope="module")
def answers(hosted_server):
    """What each project answers to each claim."""
    import psycopg

    found = {}
    for project in PROJECTS:
        with hosted_server.clone(project, "staging", "aligned") as clone, psycopg.connect(clone.dsn()) as connection:
            found[project] = {claim: connection.execute(query).fetchone() for claim, (query, _) in CLAIMS.items()}
    return found


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_claim_is_true_of_just_these(claim, answers):
    """A claim that were true of all or of none would say nothing; this one tells projects apart."""
    assert {project for project in PROJECTS if answers[project][claim] == (True,)} == CLAIMS[claim][1]


def test_each_other_project_is_unlike_the_others():
    """No two projects make the same claims, and none of them makes none."""
    made = {
        project: {claim for claim, (_, those) in CLAIMS.items() if project in those}
        for project in PROJECTS
        if project != OWN
    }
    assert len(set(map(frozenset, made.values()))) == len(made)
    assert all(made.values())
