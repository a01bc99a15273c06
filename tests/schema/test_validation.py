"""004_validation.sql, row by row: what a person pastes into the SQL editor says the same as this suite."""

import pytest

from connect.expectations import expect, expect_answer, expect_conclusive
from connect.schema import SCHEMA, TABLES

CHECKS = (
    "total messages",
    "messages with seq",
    "columns",
    "functions",
    *(f"{addition.object} not null" for addition in SCHEMA.additions if addition.kind == "not null"),
    *(f"function {function.signature}" for function in SCHEMA.functions.values() if function.guide),
    *(f"index {name}" for _, name, index in SCHEMA.of_tables("indexes") if index.guide),
    "unique chat_participants_chat_id_user_id_key",
    *(f"trigger {name}" for _, name, _ in SCHEMA.of_tables("triggers")),
    *(f"row-level security {table}" for table in TABLES),
    *(f"replica identity {table}" for table in TABLES),
    *(f"published {table}" for table in TABLES),
    "duplicate (chat_id, seq)",
    "orphans",
    "foreign keys",
)
# What counts rows, by the fact that says whether this role sees them all.
COUNTS = {
    "total messages": "messages",
    "messages with seq": "messages without seq",
    "duplicate (chat_id, seq)": "messages",
    "orphans": "orphans chat_messages.chat_id",
}
PASS, OPEN = "✓ PASS", "? INCONCLUSIVE"


@pytest.mark.parametrize("check", CHECKS)
def test_check_passes(snapshot, check):
    """The row says PASS."""
    rows = {row.check: row for row in snapshot.validation}
    row = rows.get(check)
    expect_answer(f"004_validation.sql, {check}", snapshot.not_validated)
    if row is None:
        pytest.fail(f"004_validation.sql has no row '{check}'", pytrace=False)
    if row.status == OPEN:
        expect_answer(
            f"004_validation.sql, {check}", f"{row.actual}; run this again with --deep, which reads every row"
        )
    if row.status != PASS:
        said = f"004_validation.sql, {check}: expected {row.expected}, found {row.actual}; {row.detail}".rstrip("; ")
        pytest.fail(
            f"{said}\n  to do:   see the test of the same thing in tests/schema, if it failed too", pytrace=False
        )
    if check in COUNTS:
        # Rows that this role does not see do not pass either.
        expect_conclusive(f"004_validation.sql, {check}", snapshot.facts[COUNTS[check]])


def test_every_check_is_known_once(snapshot):
    """Each row is known here, once, so that none can fail without being noticed."""
    expect_answer("rows of 004_validation.sql", snapshot.not_validated)
    expect("rows of 004_validation.sql", sorted(row.check for row in snapshot.validation), sorted(CHECKS))
