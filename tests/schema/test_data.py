"""The data keeps the promises that the front end orders and counts by."""

import pytest

from connect.expectations import expect_nothing_wrong, expect_rows, expect_some_rows
from connect.guide.columns import REFERENCES


def test_there_are_messages(snapshot):
    """There is a message, all of which this role can see; how many there have to be, 004 is told."""
    expect_some_rows("messages", snapshot.facts["messages"])


def test_every_message_has_a_seq(snapshot):
    """No message is without a place in its chat."""
    expect_rows("messages without seq", snapshot.facts["messages without seq"], 0)


def test_no_seq_is_used_twice(snapshot):
    """No two messages of a chat share a seq."""
    expect_rows("duplicate (chat_id, seq)", snapshot.facts["duplicate seq"], 0)


@pytest.mark.parametrize("column", ["chat_id", "user_id"])
def test_no_participant_lacks_its_key(snapshot, column):
    """No participant row is without its chat or user."""
    expect_rows(f"participants without {column}", snapshot.facts[f"participants without {column}"], 0)


@pytest.mark.parametrize("name", [name for name, target in REFERENCES.items() if target.startswith("public.")])
def test_no_row_is_an_orphan(snapshot, name):
    """No participant or message refers to a chat or message that does not exist."""
    expect_rows(f"rows whose {name} does not exist", snapshot.facts[f"orphans {name}"], 0)


def test_what_rows_refer_to_is_filled(snapshot):
    """No foreign key of the project leads to a table that holds nobody who chats, so that every row is refused."""
    wrong = ", ".join(f"{each.name} of {each.table} leads to {each.target}" for each in snapshot.unfilled)
    to_do = "; ".join(
        f"fill {each.target}, or ALTER TABLE public.{each.table} DROP CONSTRAINT {each.name}"
        for each in snapshot.unfilled
    )
    found = f"{wrong}, which holds nobody who takes part: each insert fails with 23503" if wrong else None
    expect_nothing_wrong("what rows refer to", found, to_do)


def test_no_chat_is_behind_its_last_message(snapshot):
    """last_message_at, by which the list of chats is sorted, is not older than the newest message that is shown."""
    expect_rows("chats behind their last message", snapshot.facts["chats behind their last message"], 0)


def test_no_reply_leaves_its_chat(snapshot):
    """A reply is to a message of its own chat, so that nobody is shown a quotation from another one."""
    expect_rows("replies to a message of another chat", snapshot.facts["replies to another chat"], 0)
