"""What an error says in one line is there for every error."""

import psycopg
import pytest

from pgproof.errors import first_line
from stack import database


@pytest.mark.parametrize("of", [first_line, database.first_line])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (psycopg.errors.UndefinedTable("  there is no t\nLINE 1: SELECT FROM t"), "there is no t"),
        (psycopg.errors.RaiseException(""), "RaiseException"),
        (psycopg.OperationalError("\n"), "OperationalError"),
    ],
    ids=["several-lines", "nothing", "an-empty-line"],
)
def test_an_error_says_one_line(of, error, said):
    """Of several lines it is the first, and of none the kind of the error."""
    assert of(error) == said
