"""What is declared is what a replica has, and a difference is a violation by name."""

import pytest

from connect import declared
from pgproof import catalog

# The rule and the object that must be found, by the change that must be noticed.
CHANGES = {
    "ALTER POLICY chat_messages_select ON chat_messages USING (true)": (
        "policy_as_declared",
        "chat_messages chat_messages_select",
    ),
    "ALTER POLICY chats_select ON chats TO public": ("policy_as_declared", "chats chats_select"),
    "CREATE POLICY more ON attachments FOR UPDATE TO authenticated USING (false)": (
        "policy_as_declared",
        "attachments more",
    ),
    "DROP POLICY chats_delete ON chats": ("policy_as_declared", "chats chats_delete"),
    "GRANT UPDATE (reply_to_message_id) ON chat_messages TO authenticated": (
        "column_grant_as_declared",
        "chat_messages.reply_to_message_id",
    ),
    "REVOKE INSERT (emoji) ON message_reactions FROM authenticated": (
        "column_grant_as_declared",
        "message_reactions.emoji",
    ),
    "CREATE OR REPLACE FUNCTION get_latest_seq(p_chat_id uuid) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint'": (
        "function_as_declared",
        "public.get_latest_seq",
    ),
}


@pytest.fixture
def found_after(production, connect):
    """The violations after a change, which is taken back."""
    connection = connect(production)

    def read(change):
        connection.execute(b"BEGIN; " + change.encode() + b"; SET LOCAL search_path = pg_catalog")
        return [
            (each.rule, each.object) for each in declared.violations(catalog.read(connection, ("public", "private")))
        ]

    yield read
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("change", CHANGES)
def test_a_difference_is_found(found_after, change):
    """The change is the one violation."""
    assert found_after(change) == [CHANGES[change]]


def test_nothing_differs_without_a_change(found_after):
    """An aligned replica is as declared."""
    assert found_after("SELECT") == []
