"""A participant always belongs to a chat and is a user."""

import pytest

from harness.report import expect

SCRIPT = {"prod": "001_schema_alignment.sql"}


@pytest.mark.parametrize("column", ["chat_id", "user_id"])
def test_participant_key_is_not_null(snapshot, column):
    """The column refuses NULL."""
    name = f"chat_participants.{column}"
    found = snapshot.catalog.get("column", f"public.{name}").get("not null")
    expect(f"{name} NOT NULL", found, True, SCRIPT.get(snapshot.environment))
