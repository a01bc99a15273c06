"""What comes of a channel is taken in whole, and refused where an official client would drop or break it."""

from datetime import UTC, datetime

import pytest

from pgproof.moment import Moment
from pgproof.realtime import Changes, records
from pgproof.realtime.phoenix import Malformed

NOW = Moment(1.0, 1.0)
DATA = {
    "schema": "public",
    "table": "chat_messages",
    "type": "INSERT",
    "commit_timestamp": "2025-10-01T12:00:00.123Z",
    "columns": [{"name": "id", "type": "uuid"}],
    "record": {"id": "a"},
    "errors": None,
}


def change(**parts):
    return records.change({"ids": [7], "data": {**DATA, **parts}}, NOW)


def test_an_insert_has_a_record_and_the_time_of_its_commit():
    """An INSERT has a record, no old one, and the time of its commit."""
    got = change()
    assert (got.type, got.table, got.record, got.old_record, got.ids) == (
        "INSERT",
        "chat_messages",
        {"id": "a"},
        {},
        (7,),
    )
    assert got.commit_timestamp == datetime(2025, 10, 1, 12, 0, 0, 123000, UTC)
    assert got.columns == (("id", "uuid"),)
    assert got.received == NOW


def test_a_row_that_may_not_be_read_comes_with_the_reason():
    """A row that the server may not read comes with the reason, without a time."""
    got = change(record={}, commit_timestamp=None, errors=["Error 401: Unauthorized"])
    assert (got.record, got.commit_timestamp, got.errors) == ({}, None, ("Error 401: Unauthorized",))


@pytest.mark.parametrize("part", ["schema", "table", "type", "commit_timestamp", "columns", "errors"])
def test_a_change_without_a_part_is_malformed(part):
    """A change without one of its parts is malformed."""
    data = {name: value for name, value in DATA.items() if name != part}
    with pytest.raises(Malformed, match=f"a change without {part}"):
        records.change({"ids": [7], "data": data}, NOW)


@pytest.mark.parametrize(
    "parts",
    [{"type": "*"}, {"commit_timestamp": 5}, {"columns": ["id"]}, {"errors": 5}, {"record": "a"}],
)
def test_a_part_of_another_type_is_malformed(parts):
    """A part of another type is malformed."""
    with pytest.raises(Malformed, match="type"):
        change(**parts)


@pytest.mark.parametrize(
    ("wanted", "covered"),
    [
        (Changes(), True),
        (Changes("INSERT", table="chat_messages"), True),
        (Changes("UPDATE"), False),
        (Changes(table="chats"), False),
        (Changes(schema="auth"), False),
        (Changes(schema="*", table="*"), True),
    ],
)
def test_a_change_is_of_the_kind_schema_and_table_asked_for(wanted, covered):
    """A change is of the kind, schema and table asked for; a star and no table mean any."""
    assert wanted.covers(change()) == covered


def test_presences_are_kept_as_they_come():
    """A state and a difference are kept as they come."""
    metas = {"ann": {"metas": [{"phx_ref": "1", "typing": True}]}}
    assert records.presence("presence_state", metas, NOW) == records.Presence("state", metas, NOW)
    difference = {"joins": metas, "leaves": {}}
    assert records.presence("presence_diff", difference, NOW) == records.Presence("diff", difference, NOW)


@pytest.mark.parametrize(
    ("event", "payload", "says"),
    [
        ("presence_state", {"ann": {"metas": [{}]}}, "no phx_ref"),
        ("presence_state", {"ann": []}, "does not hold metas by key"),
        ("presence_diff", {"joins": {}}, "does not consist of joins and leaves"),
        ("presence_diff", {"joins": [], "leaves": {}}, "does not hold metas by key"),
    ],
)
def test_a_presence_that_would_break_a_client_is_malformed(event, payload, says):
    """A presence that would break a client is malformed."""
    with pytest.raises(Malformed, match=says):
        records.presence(event, payload, NOW)


@pytest.mark.parametrize("payload", [{"payload": {}}, {"event": "e"}, {"event": 1, "payload": {}}])
def test_a_broadcast_without_event_or_payload_is_malformed(payload):
    """A broadcast has an event and a payload."""
    with pytest.raises(Malformed, match="a broadcast without event or payload"):
        records.broadcast(payload, NOW)
