"""A participant always belongs to a chat and is a user."""

import pytest

from harness.report import expect
from harness.state import is_not_null

SCRIPT = {"prod": "001_schema_alignment.sql"}


@pytest.mark.parametrize("column", ["chat_id", "user_id"])
def test_participant_key_is_not_null(snapshot, column):
    """The column refuses NULL."""
    name = f"chat_participants.{column}"
    expect(f"{name} NOT NULL", is_not_null(snapshot.catalog, f"public.{name}"), True, SCRIPT.get(snapshot.environment))
