"""The data keeps the promises that the front end orders and counts by."""

import pytest

from connect.expectations import expect_rows, expect_some_rows
from connect.samples import MESSAGES
from connect.schema import SCHEMA


def test_every_message_has_a_seq(snapshot):
    """No message is without a place in its chat."""
    expect_rows("messages without seq", snapshot.facts["messages without seq"], 0)


def test_every_seq_counts_from_one(snapshot):
    """No message stands before the first one of its chat."""
    expect_rows("messages with a seq below 1", snapshot.facts["seq below 1"], 0)


def test_no_seq_is_used_twice(snapshot):
    """No two messages of a chat share a seq."""
    expect_rows("duplicate (chat_id, seq)", snapshot.facts["duplicate seq"], 0)


@pytest.mark.parametrize("column", ["chat_id", "user_id"])
def test_no_participant_lacks_its_key(snapshot, column):
    """No participant row is without its chat or user."""
    fact = snapshot.facts[f"participants without {column}"]
    expect_rows(f"participants without {column}", fact, 0)


@pytest.mark.parametrize(("table", "column", "target"), SCHEMA.references, ids=lambda name: name)
def test_no_row_is_an_orphan(snapshot, table, column, target):
    """No row refers to a row that does not exist."""
    expect_rows(f"{table}.{column} without its {target}", snapshot.facts[f"orphans {table}.{column}"], 0)


def test_replica_holds_the_guides_messages(snapshot):
    """A replica holds the 183 messages that the guide counts; how many a live database holds is its users' affair."""
    fact = snapshot.facts["messages"]
    if snapshot.live:
        expect_some_rows("messages in the live database", fact)
    else:
        expect_rows("messages in the replica", fact, MESSAGES)
