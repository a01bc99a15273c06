"""A participant always belongs to a chat and is a user."""

import pytest

from connect.expectations import expect
from connect.state import is_not_null


@pytest.mark.parametrize("column", ["chat_id", "user_id"])
def test_participant_key_is_not_null(snapshot, script_of, column):
    """The column refuses NULL."""
    name = f"chat_participants.{column}"
    found = is_not_null(snapshot.catalog, f"public.{name}")
    expect(f"{name} NOT NULL", found, True, script_of("not null", name))
