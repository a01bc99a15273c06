"""Everybody can do what they must: no privilege, policy or login is missing on the way of a step of the front end."""

import pytest

from connect.expectations import expect_none
from connect.guide import reach


@pytest.mark.parametrize("name", reach.STEPS)
def test_step_can_be_taken(snapshot, name):
    """Nothing that PostgreSQL asks on the way of this step of this caller is missing."""
    expect_none(reach.pages(snapshot.steps, name))
