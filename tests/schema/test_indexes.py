"""The indexes of the messaging system are there, valid, and exactly these."""

import pytest

from harness.report import expect

INDEXES = {
    "uq_chat_messages_chat_id_seq": (
        "CREATE UNIQUE INDEX uq_chat_messages_chat_id_seq ON public.chat_messages USING btree (chat_id, seq)"
        " WHERE (seq IS NOT NULL)"
    ),
    "uq_chat_messages_client_generated": (
        "CREATE UNIQUE INDEX uq_chat_messages_client_generated ON public.chat_messages USING btree"
        " (sender_id, client_generated_id) WHERE (client_generated_id IS NOT NULL)"
    ),
    "idx_chat_messages_chat_id_seq_desc": (
        "CREATE INDEX idx_chat_messages_chat_id_seq_desc ON public.chat_messages USING btree (chat_id, seq DESC)"
        " WHERE (deleted_at IS NULL)"
    ),
    "idx_chat_messages_status": (
        "CREATE INDEX idx_chat_messages_status ON public.chat_messages USING btree (chat_id, status)"
        " WHERE ((deleted_at IS NULL) AND (status <> 'read'::text))"
    ),
    "idx_chat_messages_sender_id": (
        "CREATE INDEX idx_chat_messages_sender_id ON public.chat_messages USING btree (sender_id)"
    ),
    "idx_chat_messages_reply_to": (
        "CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages USING btree (reply_to_message_id)"
    ),
    "idx_chat_participants_last_read": (
        "CREATE INDEX idx_chat_participants_last_read ON public.chat_participants USING btree (chat_id, last_read_at)"
    ),
    # Foreign keys that no index above leads with.
    "idx_chat_participants_user_id": (
        "CREATE INDEX idx_chat_participants_user_id ON public.chat_participants USING btree (user_id)"
    ),
    "idx_chats_created_by": "CREATE INDEX idx_chats_created_by ON public.chats USING btree (created_by)",
    "idx_message_reactions_user_id": (
        "CREATE INDEX idx_message_reactions_user_id ON public.message_reactions USING btree (user_id)"
    ),
    "idx_attachments_message_id": (
        "CREATE INDEX idx_attachments_message_id ON public.attachments USING btree (message_id)"
    ),
}
SCRIPTS = {
    ("prod", "idx_chat_messages_sender_id"): "001_schema_alignment.sql",
    ("staging", "idx_chat_messages_reply_to"): "003_index_alignment.sql",
}


@pytest.mark.parametrize("name", INDEXES)
def test_index(snapshot, name):
    """The index has its columns, order, uniqueness and predicate, and can be used."""
    index = snapshot.catalog.get("index", f"public.{name}")
    actual = (index["definition"], index["valid"], index["ready"]) if index else None
    script = SCRIPTS.get((snapshot.environment, name))
    expect(f"index {name} (definition, valid, ready)", actual, (INDEXES[name], True, True), script)


def test_every_index_is_valid(snapshot):
    """No index is left over from a build that failed; that of a key is among them."""
    broken = {
        name for name, index in snapshot.catalog.of_kind("index").items() if not (index["valid"] and index["ready"])
    }
    expect("indexes that are not valid or not ready", broken, set())
