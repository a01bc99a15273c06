"""Policies, column grants and functions are those that were tested: the repository's own baseline, literally."""

import pytest

from connect import declared
from connect.expectations import expect_none

pytestmark = pytest.mark.own_baseline


@pytest.mark.parametrize("rule", declared.RULES)
def test_everything_is_as_declared(snapshot, rule):
    """Nothing differs from schema.toml and sql/ in the way that the rule is about."""
    found = [violation for violation in declared.violations(snapshot.catalog) if violation.rule == rule]
    expect_none((f"{rule}: {each.object}: {each.detail}", declared.WHY[rule], each.to_do) for each in found)
