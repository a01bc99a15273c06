"""What this repository's own rows keep beside what the guide asks for."""

import pytest

from connect.expectations import expect_rows
from connect.guide.columns import REFERENCES
from connect.samples import MESSAGES
from connect.schema import SCHEMA

OTHERS = [each for each in SCHEMA.references if f"{each.table}.{each.column}" not in REFERENCES]


def test_every_seq_counts_from_one(snapshot):
    """No message stands before the first one of its chat."""
    expect_rows("messages with a seq below 1", snapshot.facts["seq below 1"], 0)


@pytest.mark.parametrize(("table", "column", "target"), OTHERS, ids=lambda name: name)
def test_no_row_is_an_orphan(snapshot, table, column, target):
    """No reaction or attachment is of a message that does not exist."""
    expect_rows(f"{table}.{column} without its {target}", snapshot.facts[f"orphans {table}.{column}"], 0)


def test_replica_holds_the_guides_messages(snapshot):
    """A replica holds the 183 messages that the guide counts."""
    expect_rows("messages in the replica", snapshot.facts["messages"], MESSAGES)
