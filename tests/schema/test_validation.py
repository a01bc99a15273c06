"""004_validation.sql, row by row: what a person pastes into the SQL editor says the same as this suite."""

import pytest

from harness.catalog import MESSAGING_TABLES
from harness.report import expect, expect_decided

CHECKS = (
    "total messages",
    "messages with seq",
    "functions",
    "chat_participants.chat_id not null",
    "chat_participants.user_id not null",
    "function assign_message_seq()",
    "function get_latest_seq(uuid)",
    "function get_unread_count(uuid, uuid)",
    "function mark_messages_as_delivered(uuid, uuid)",
    "function mark_messages_as_read(uuid, uuid)",
    "index idx_chat_messages_chat_id_seq_desc",
    "index idx_chat_messages_reply_to",
    "index idx_chat_messages_sender_id",
    "index idx_chat_messages_status",
    "index idx_chat_participants_last_read",
    "index uq_chat_messages_chat_id_seq",
    "index uq_chat_messages_client_generated",
    "unique chat_participants_chat_id_user_id_key",
    "trigger trg_assign_seq",
    "trigger trigger_update_chat_last_message_at",
    *(f"row-level security {table}" for table in MESSAGING_TABLES),
    *(f"replica identity {table}" for table in MESSAGING_TABLES),
    *(f"published {table}" for table in MESSAGING_TABLES),
    "duplicate (chat_id, seq)",
    "orphans",
    "foreign keys",
)
# What counts rows, by the fact that says whether this role sees them all.
COUNTS = {
    "total messages": "messages",
    "messages with seq": "messages without seq",
    "duplicate (chat_id, seq)": "messages",
    "orphans": "orphans attachments.message_id",
}
PASS = "✓ PASS"


@pytest.mark.parametrize("check", CHECKS)
def test_check_passes(snapshot, check):
    """The row says PASS."""
    rows = {row.check: row for row in snapshot.validation}
    row = rows.get(check)
    if row is None:
        pytest.fail(f"004_validation.sql has no row '{check}'", pytrace=False)
    if row.status != PASS:
        said = f"004_validation.sql, {check}: expected {row.expected}, found {row.actual}; {row.detail}".rstrip("; ")
        pytest.fail(
            f"{said}\n  to do:   see the test of the same thing in tests/schema, if it failed too", pytrace=False
        )
    if check in COUNTS:
        # Rows that this role does not see are no pass either.
        expect_decided(f"004_validation.sql, {check}", snapshot.facts[COUNTS[check]])


def test_no_other_checks(snapshot):
    """Each row is known here, once, so that none can fail without being noticed."""
    expect("rows of 004_validation.sql", sorted(row.check for row in snapshot.validation), sorted(CHECKS))
