"""The value of an expression is told where literals decide it, by three-valued logic, and nowhere else."""

import pytest

from pgproof.machinery.folding import SOMETHING, UNKNOWN, value

KNOWN = {"kind": "text", "gone": None, "new.place": None, "id": SOMETHING}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("false", False),
        ("1 = 0", False),
        ("'t'::boolean", True),
        ("NULL::boolean", None),
        ("(kind = ANY (ARRAY['text'::text, 'image'::text]))", True),
        ("(kind <> ALL (ARRAY['text'::text]))", False),
        ("kind IN ('image', 'file')", False),
        ("kind NOT IN ('image')", True),
        ("NOT (kind = 'text')", False),
        ("kind = 'image' OR kind = 'text'", True),
        ("new.place IS NULL", True),
        ("id IS NULL", False),
        ("gone = 'x'", None),
        ("false AND other > 5", False),
        ("true OR other > 5", True),
        ("(kind)::public.kinds = 'image'::public.kinds", False),
        ("other = 1", UNKNOWN),
        ("true AND other > 5", UNKNOWN),
        ("id = 'x'", UNKNOWN),
        ("char_length(kind) > 3", UNKNOWN),
        ("kind < 'z'", UNKNOWN),
        ("kind LIKE 't%'", UNKNOWN),
        ("not an expression at", UNKNOWN),
    ],
)
def test_only_what_is_decided_has_a_value(expression, expected):
    """NULL is None, and what depends on a row, a function or a collation is unknown."""
    assert value(expression, KNOWN) is expected
