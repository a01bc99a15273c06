"""Every check of tests/e2e that names a fault of a front end is able to notice it."""

import pytest

pytestmark = pytest.mark.own_baseline


def test_fault_is_caught_by_the_test_named(fault_runner, fault, record_property):
    """On a page with the fault the test that names it fails and says so, and one that it does not concern passes."""
    verdict, against = fault_runner.judge(fault)
    record_property("mutant", verdict.as_json())
    if against:
        pytest.fail(f"{fault.name}, by which {fault.does}, survived: {against}", pytrace=False)
