"""The five messaging tables have these columns, with these types, defaults and nullability."""

import pytest

from harness.catalog import MESSAGING_TABLES
from harness.report import expect
from harness.state import is_not_null

UUID = ("uuid", True, "gen_random_uuid()")
REQUIRED_UUID = ("uuid", True, None)
OPTIONAL_UUID = ("uuid", False, None)
STAMP = ("timestamp with time zone", True, "now()")
OPTIONAL_STAMP = ("timestamp with time zone", False, None)
TEXT = ("text", True, None)
OPTIONAL_TEXT = ("text", False, None)

# type, NOT NULL, default
COLUMNS = {
    "chats.id": UUID,
    "chats.type": ("text", True, "'direct'::text"),
    "chats.name": OPTIONAL_TEXT,
    "chats.created_by": OPTIONAL_UUID,
    "chats.created_at": STAMP,
    "chats.updated_at": STAMP,
    "chats.last_message_at": OPTIONAL_STAMP,
    "chat_participants.id": UUID,
    "chat_participants.joined_at": STAMP,
    "chat_participants.last_read_at": OPTIONAL_STAMP,
    "chat_messages.id": UUID,
    "chat_messages.chat_id": REQUIRED_UUID,
    "chat_messages.sender_id": REQUIRED_UUID,
    "chat_messages.message_text": OPTIONAL_TEXT,
    "chat_messages.message_type": ("text", True, "'text'::text"),
    "chat_messages.media_urls": ("text[]", False, None),
    "chat_messages.reply_to_message_id": OPTIONAL_UUID,
    "chat_messages.seq": ("bigint", False, None),
    "chat_messages.client_generated_id": OPTIONAL_UUID,
    "chat_messages.status": ("text", False, "'sent'::text"),
    "chat_messages.created_at": STAMP,
    "chat_messages.updated_at": STAMP,
    "chat_messages.deleted_at": OPTIONAL_STAMP,
    "message_reactions.id": UUID,
    "message_reactions.message_id": REQUIRED_UUID,
    "message_reactions.user_id": REQUIRED_UUID,
    "message_reactions.emoji": TEXT,
    "message_reactions.created_at": STAMP,
    "attachments.id": UUID,
    "attachments.message_id": REQUIRED_UUID,
    "attachments.file_url": TEXT,
    "attachments.file_name": TEXT,
    "attachments.mime_type": TEXT,
    "attachments.size_bytes": ("bigint", True, None),
    "attachments.created_at": STAMP,
}
# What 001 makes NOT NULL in production; test_not_null.py judges that.
PARTICIPANT_KEYS = {"chat_participants.chat_id", "chat_participants.user_id"}


@pytest.mark.parametrize("name", COLUMNS)
def test_column(snapshot, name):
    """The column has its type, default and nullability."""
    column = snapshot.catalog.get("column", f"public.{name}")
    required = is_not_null(snapshot.catalog, f"public.{name}")
    actual = (column["type"], required, column["default"]) if column else None
    expect(f"{name} (type, NOT NULL, default)", actual, COLUMNS[name])


@pytest.mark.parametrize("name", sorted(PARTICIPANT_KEYS))
def test_participant_key_type(snapshot, name):
    """A participant's chat and user are uuids without a default."""
    column = snapshot.catalog.get("column", f"public.{name}")
    expect(f"{name} (type, default)", (column.get("type"), column.get("default")), ("uuid", None))


@pytest.mark.parametrize("table", MESSAGING_TABLES)
def test_no_other_columns(snapshot, table):
    """The table has no column that this list does not know."""
    found = {name.removeprefix("public.") for name in snapshot.catalog.of_kind("column")}
    others = {name for name in found - COLUMNS.keys() - PARTICIPANT_KEYS if name.startswith(f"{table}.")}
    expect(f"columns of {table} that nobody declared", others, set())
