"""Rows refer to rows that exist, once, with values the front end knows; and nobody deferred or skipped a check."""

import pytest

from harness.report import expect

CONSTRAINTS = {
    "chats chats_pkey": "PRIMARY KEY (id)",
    "chats chats_type_check": "CHECK ((type = ANY (ARRAY['direct'::text, 'group'::text])))",
    "chats chats_created_by_fkey": "FOREIGN KEY (created_by) REFERENCES auth.users(id) ON DELETE SET NULL",
    "chat_participants chat_participants_pkey": "PRIMARY KEY (id)",
    "chat_participants chat_participants_chat_id_user_id_key": "UNIQUE (chat_id, user_id)",
    "chat_participants chat_participants_chat_id_fkey": (
        "FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE"
    ),
    "chat_participants chat_participants_user_id_fkey": (
        "FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE"
    ),
    "chat_messages chat_messages_pkey": "PRIMARY KEY (id)",
    "chat_messages chat_messages_chat_id_fkey": "FOREIGN KEY (chat_id) REFERENCES public.chats(id) ON DELETE CASCADE",
    "chat_messages chat_messages_sender_id_fkey": "FOREIGN KEY (sender_id) REFERENCES auth.users(id)",
    "chat_messages chat_messages_reply_to_message_id_fkey": (
        "FOREIGN KEY (reply_to_message_id) REFERENCES public.chat_messages(id) ON DELETE SET NULL"
    ),
    "chat_messages chat_messages_message_type_check": (
        "CHECK ((message_type = ANY (ARRAY['text'::text, 'image'::text, 'file'::text, 'system'::text])))"
    ),
    "chat_messages chat_messages_status_check": (
        "CHECK ((status = ANY (ARRAY['sent'::text, 'delivered'::text, 'read'::text])))"
    ),
    "message_reactions message_reactions_pkey": "PRIMARY KEY (id)",
    "message_reactions message_reactions_message_id_fkey": (
        "FOREIGN KEY (message_id) REFERENCES public.chat_messages(id) ON DELETE CASCADE"
    ),
    "message_reactions message_reactions_user_id_fkey": (
        "FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE"
    ),
    "message_reactions message_reactions_message_id_user_id_emoji_key": "UNIQUE (message_id, user_id, emoji)",
    "attachments attachments_pkey": "PRIMARY KEY (id)",
    "attachments attachments_message_id_fkey": (
        "FOREIGN KEY (message_id) REFERENCES public.chat_messages(id) ON DELETE CASCADE"
    ),
    "attachments attachments_size_bytes_check": "CHECK ((size_bytes >= 0))",
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraint(snapshot, name):
    """The constraint has its definition, holds for the rows that were there before it, and is checked at once."""
    constraint = snapshot.catalog.get("constraint", f"public.{name}")
    actual = (constraint["definition"], constraint["validated"], constraint["deferrable"]) if constraint else None
    expect(f"constraint {name} (definition, validated, deferrable)", actual, (CONSTRAINTS[name], True, False))


@pytest.mark.parametrize("name", [name for name, definition in CONSTRAINTS.items() if definition.startswith("FOREIGN")])
def test_foreign_key_is_switched_on(snapshot, name):
    """Nobody disabled the triggers that check the foreign key, on its own side or on the other."""
    constraint = snapshot.catalog.get("constraint", f"public.{name}")
    expect(f"triggers of {name}", (constraint.get("triggers"), constraint.get("triggers there")), (["O"], ["O"]))
