"""The five functions exist once each, with these arguments and these results."""

import pytest

from harness.report import expect

FUNCTIONS = {
    "assign_message_seq": ("", "trigger"),
    "mark_messages_as_read": ("p_chat_id uuid, p_user_id uuid", "TABLE(updated_count bigint)"),
    "mark_messages_as_delivered": ("p_chat_id uuid, p_receiver_id uuid", "TABLE(updated_count bigint)"),
    "get_unread_count": ("p_chat_id uuid, p_user_id uuid", "bigint"),
    "get_latest_seq": ("p_chat_id uuid", "bigint"),
}
FROM_002 = {"mark_messages_as_read", "get_unread_count"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(snapshot, name):
    """The function is there in exactly one version, the one the front end calls."""
    found = [
        (attributes["arguments"], attributes["result"])
        for identity, attributes in snapshot.catalog.of_kind("function").items()
        if identity.startswith(f"public.{name}(")
    ]
    script = "002_function_updates_staging.sql" if snapshot.environment == "staging" and name in FROM_002 else None
    expect(f"versions of function {name} (arguments, result)", found, [FUNCTIONS[name]], script)
