"""A participant always belongs to a chat and is a user."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide.columns import is_not_null


@pytest.mark.parametrize("column", ["chat_id", "user_id"])
def test_participant_key_is_not_null(snapshot, script_of, column):
    """The column refuses NULL."""
    name = f"chat_participants.{column}"
    wrong = None if is_not_null(snapshot.catalog, f"public.{name}") else "allows NULL"
    to_do = f"ALTER TABLE public.chat_participants ALTER COLUMN {column} SET NOT NULL"
    expect_nothing_wrong(name, wrong, to_do, script_of("not null", name))
