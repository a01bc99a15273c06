"""An expression that no row can pass is told from one that depends on something."""

import pytest

from pgproof.machinery.folding import is_never

NEVER = [
    "false",
    "NULL::boolean",
    "(1 = 0)",
    "('a'::text = 'b'::text)",
    "(NOT true)",
    "(false AND (a = 1))",
    "((a = 1) AND NULL::boolean)",
    "(false OR (1 > 2))",
    "( SELECT false AS bool)",
    "(NULL::integer = 1)",
]
SOMETIMES = [
    "true",
    "(1 = 1)",
    "(a = 1)",
    "(false OR (a = 1))",
    "(NULL::boolean OR (a = 1))",
    "(a = false)",
    "(NOT f())",
    "( SELECT (f.a = 1) FROM f)",
    "(a IS NOT NULL)",
    "(2 >= 1)",
]


@pytest.mark.parametrize("expression", NEVER)
def test_what_is_never_true(expression):
    """False and NULL let no row pass, however they are written."""
    assert is_never(expression)


@pytest.mark.parametrize("expression", SOMETIMES)
def test_what_may_be_true(expression):
    """What is true, or depends on the row, a function or a setting."""
    assert not is_never(expression)
