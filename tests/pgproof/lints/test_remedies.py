"""One remedy for many violations: GRANT and REVOKE are joined, and nothing else is changed."""

import pytest

from pgproof.lints import Violation, remedies


def of(*to_do):
    return remedies.of(Violation("rule", f"object {number}", "broken", each) for number, each in enumerate(to_do))


@pytest.mark.parametrize(
    ("to_do", "remedy"),
    [
        (
            (
                "REVOKE EXECUTE ON FUNCTION a(uuid,text) FROM PUBLIC, anon",
                "REVOKE EXECUTE ON FUNCTION b() FROM PUBLIC, anon",
            ),
            ["REVOKE EXECUTE ON FUNCTION a(uuid,text), b() FROM PUBLIC, anon;"],
        ),
        (
            (
                "REVOKE SELECT ON TABLE a FROM anon",
                "REVOKE INSERT ON TABLE a FROM anon",
                "REVOKE SELECT ON TABLE b FROM anon",
                "REVOKE INSERT ON TABLE b FROM anon",
            ),
            ["REVOKE SELECT, INSERT ON TABLE a, b FROM anon;"],
        ),
        (
            ('GRANT UPDATE (x, y) ON TABLE a TO "Some, One"', "REVOKE UPDATE ON TABLE a FROM authenticated"),
            ["REVOKE UPDATE ON TABLE a FROM authenticated;", 'GRANT UPDATE (x, y) ON TABLE a TO "Some, One";'],
        ),
        (
            (
                "REVOKE ALL ON TABLE a FROM anon",
                "REVOKE ALL ON TABLE b FROM authenticated",
                "REVOKE ALL ON SCHEMA b FROM anon",
            ),
            [
                "REVOKE ALL ON TABLE a FROM anon;",
                "REVOKE ALL ON TABLE b FROM authenticated;",
                "REVOKE ALL ON SCHEMA b FROM anon;",
            ],
        ),
        (("ALTER TABLE a ENABLE x", "ALTER TABLE b ENABLE x"), ["ALTER TABLE a ENABLE x;", "ALTER TABLE b ENABLE x;"]),
        (("say whose rows these are", "say whose rows these are"), ["say whose rows these are"]),
        (
            ("REVOKE SELECT ON TABLE a FROM anon, then grant the other columns",),
            ["REVOKE SELECT ON TABLE a FROM anon, then grant the other columns"],
        ),
        (("CREATE POLICY … ON a",), ["CREATE POLICY … ON a"]),
        (
            (
                "REVOKE ALL ON TABLE a FROM anon; GRANT SELECT ON TABLE a TO authenticated",
                "first look at b; DROP INDEX b",
            ),
            [
                "first look at b",
                "REVOKE ALL ON TABLE a FROM anon;",
                "GRANT SELECT ON TABLE a TO authenticated;",
                "DROP INDEX b;",
            ],
        ),
    ],
    ids=[
        "objects",
        "privileges",
        "revoked-first",
        "kept-apart",
        "statements",
        "words-once",
        "and-words",
        "left-out",
        "order",
    ],
)
def test_the_remedy_is_one(to_do, remedy):
    """What differs in one part alone is one statement; only whole statements have a semicolon."""
    assert of(*to_do) == remedy
