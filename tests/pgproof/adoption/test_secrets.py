"""What looks like a secret in a dump's statement is replaced and said, and what only looks a little like one is not."""

from pathlib import Path

import pytest

from pgproof.adoption import sorting
from pgproof.scripts import script
from pgproof.scrub import STARS
from tests.pgproof.secret_cases import IN_STATEMENTS, ORDINARY, SECRETS


def adopted(text):
    """A dump's statement, sorted, and what is said to be missing."""
    statements = script.parse(Path("dump.sql"), text).statements
    found = sorting.sort(statements, (), "verifier")
    (own,) = found.own
    return own.text, list(found.missing)


def function(body):
    """The statement that makes a function with this body."""
    return f"CREATE FUNCTION public.f() RETURNS text LANGUAGE plpgsql AS $f$ {body} $f$;"


@pytest.mark.parametrize("name", [*SECRETS, *IN_STATEMENTS])
def test_a_secret_is_not_adopted(name):
    """Three stars stand for it in the body of a function, the copy says so, and it is a statement still."""
    text, secret = {**SECRETS, **IN_STATEMENTS}[name]
    clean, missing = adopted(function(text))
    assert secret not in clean
    assert STARS in clean
    (line,) = missing
    assert line.startswith("a secret in CREATE FUNCTION public.f() ")
    assert secret not in line
    script.parse(Path("copy.sql"), clean)


def test_a_functions_own_setting_is_not_adopted():
    """The value of a setting with such a name goes, however short it is; its name stays."""
    clean, missing = adopted(
        "CREATE FUNCTION public.f() RETURNS text LANGUAGE sql SET \"app.jwt_secret\" TO 'short' AS $$ SELECT 1 $$;"
    )
    assert "SET \"app.jwt_secret\" TO '***'" in clean
    assert len(missing) == 1


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sql_is_left_alone(text):
    """A function must stay the function that it is."""
    clean, missing = adopted(function(text))
    assert text in clean
    assert missing == []
