"""What looks like a secret in a statement is replaced, and what only looks a little like one is not."""

import pytest

from pgproof.adoption import secrets


@pytest.mark.parametrize(
    "text",
    [
        "SELECT net.post('https://a', 'Bearer eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl')",
        "v_key text := 'sb_secret_0123456789abcdef'",
        "CREATE FUNCTION f() RETURNS text SET \"app.jwt_secret\" TO 'short' AS $$ SELECT 1 $$",
        "api_key := 'a1b2c3d4e5f6a7b8c9d0'",
        '\'{"password": "a1b2c3d4e5f6a7b8c9d0"}\'',
        "dblink('postgres://me:geheim@db.example.com/x')",
        "'Authorization: Bearer abcdefgh.ijklmnop12345678'",
    ],
)
def test_a_secret_is_replaced(text):
    """Three stars stand for tokens, keys, passwords in addresses, and settings with such a name."""
    clean = secrets.replaced(text)
    assert secrets.STARS in clean
    for secret in ("c2lnbmF0dXJl", "0123456789abcdef", "'short'", "a1b2c3", "geheim", "ijklmnop"):
        assert secret not in clean


@pytest.mark.parametrize(
    "text",
    [
        "CREATE FUNCTION f() RETURNS text SET search_path TO 'public' AS $$ SELECT 1 $$",
        "token_type text DEFAULT 'bearer'",
        "password = crypt(new.password, salt)",
        "CHECK (status = ANY (ARRAY['sent', 'delivered']))",
        "SELECT 'https://example.com/a'",
    ],
)
def test_ordinary_sql_is_left_alone(text):
    """A function must stay the function that it is."""
    assert secrets.replaced(text) == text
