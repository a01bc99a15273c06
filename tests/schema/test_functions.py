"""The five functions are there as the front end calls them; what they do, the tests in tests/functions show."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide import functions


@pytest.mark.parametrize("name", functions.FUNCTIONS)
def test_function_can_be_called(snapshot, script_of, name):
    """The function takes and returns what the front end expects, and no other version could be meant."""
    declared = functions.FUNCTIONS[name]
    wrong = functions.function(snapshot.catalog, name)
    to_do = f"make it {declared.short}({declared.arguments}) RETURNS {declared.result}"
    expect_nothing_wrong(f"function {name}", wrong, to_do, script_of("function", declared.name))
