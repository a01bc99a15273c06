"""The value of an expression is told where literals decide it, by three-valued logic, and nowhere else."""

from datetime import UTC, datetime

import pytest

from pgproof.machinery.calls import Moment
from pgproof.machinery.folding import SOMETHING, UNKNOWN, value

AT = Moment(datetime(2025, 6, 1, tzinfo=UTC))
KNOWN = {"kind": "text", "gone": None, "new.place": None, "id": SOMETHING, "at": AT}


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
        ("char_length(btrim(kind)) > 3", True),
        ("length(gone) > 3", None),
        ("length(id) > 3", UNKNOWN),
        ("upper(kind) = 'TEXT'", UNKNOWN),
        ("app.length(kind) > 3", UNKNOWN),
        ("coalesce(gone, kind) = 'text'", True),
        ("coalesce(other, kind) = 'text'", UNKNOWN),
        ("CASE kind WHEN 'image' THEN false ELSE true END", True),
        ("CASE WHEN other > 1 THEN false ELSE true END", UNKNOWN),
        ("kind IS DISTINCT FROM 'text'", False),
        ("gone IS DISTINCT FROM kind", True),
        ("nullif(kind, 'text') IS NULL", True),
        ("(kind = 'text') IS NOT TRUE", False),
        ("'2024-01-01 00:00:00+00'::timestamptz < '2025-01-01 00:00:00+00'::timestamptz", True),
        ("'2024-01-01'::date < '2024-01-02 00:00:00+00'::timestamptz", UNKNOWN),
        ("'2024-01-01'::date < '2024-03-01 00:00:00+00'::timestamptz", True),
        ("at > '2025-06-02 00:00:00+00'::timestamptz - '1 day'::interval", False),
        ("at + '01:00:00'::interval > at", True),
        ("at + '1 mon'::interval > at", UNKNOWN),
        ("EXTRACT(year FROM at) = 2025", True),
        ("EXTRACT(month FROM at) = 6", UNKNOWN),
        ("EXTRACT(year FROM '9999-12-31 00:00:00+00'::timestamptz) > 2000", UNKNOWN),
        ("at < '9999-12-31 00:00:00+00'::timestamptz", True),
        ("'9999-12-31 00:00:00+00'::timestamptz + '1 day'::interval > at", UNKNOWN),
        ("at - '999999999 days 23:59:59'::interval < at", UNKNOWN),
        ("at < at + '99999999999 days'::interval", UNKNOWN),
        ("now() > '2024-01-01 00:00:00+00'::timestamptz", UNKNOWN),
        ("kind < 'z'", UNKNOWN),
        ("kind LIKE 't%'", UNKNOWN),
        ("not an expression at", UNKNOWN),
    ],
)
def test_only_what_is_decided_has_a_value(expression, expected):
    """NULL is None, and what depends on a row, a function or a collation is unknown."""
    assert value(expression, KNOWN) is expected
