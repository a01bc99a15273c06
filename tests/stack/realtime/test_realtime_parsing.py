"""Whatever arrives is read, or refused with the one error that says so: frames, filters, and the database's stream."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stack.realtime import filters, frames, jsontypes, pgoutput
from tests.leisure import at_leisure

BEGIN = b"B" + struct.pack("!qqI", 1, 812_624_400_123_456, 7)
RELATION = b"R" + struct.pack("!I", 5) + b"public\0t\0f" + struct.pack("!H", 2)
RELATION += b"\x01id\0" + struct.pack("!Ii", 23, -1) + b"\0body\0" + struct.pack("!Ii", 25, -1)
UPDATE = b"U" + struct.pack("!I", 5) + b"O\0\x02t\0\0\0\x011t\0\0\0\x03old" + b"N\0\x02t\0\0\0\x011u"
MESSAGES = {"begin": BEGIN, "relation": RELATION, "update": UPDATE, "commit": b"C\0" + struct.pack("!qqq", 1, 2, 3)}
texts = st.text(alphabet=st.characters() | st.sampled_from('=.,()"\\'))


@pytest.fixture
def decoder():
    """In the middle of a transaction, after the description of a table."""
    decoder = pgoutput.Decoder()
    assert decoder.decode(BEGIN) is decoder.decode(RELATION) is None
    return decoder


def test_a_transaction_is_read_as_it_was(decoder):
    """A change has its table, both rows, time and transaction; a value stored out of line comes from the old row."""
    change = decoder.decode(UPDATE)
    assert (change.kind, change.relation.table, change.xid) == ("UPDATE", "t", 7)
    assert change.old == change.new == {"id": "1", "body": "old"}
    assert change.committed.isoformat() == "2025-10-01T09:00:00.123456+00:00"
    assert decoder.decode(MESSAGES["commit"]) == pgoutput.Commit(2)


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_message_cut_short_is_not_read(decoder, message):
    """No part of a message is taken for the whole."""
    for length in range(len(message)):
        if message[0:1] != b"C" or length < 18:
            with pytest.raises(pgoutput.MalformedMessageError):
                decoder.decode(message[:length])


@at_leisure
@given(data=st.binary(max_size=60))
def test_bad_bytes_raise_the_decoders_own_error(data):
    """Bytes that are not a message raise the decoder's own error."""
    decoder = pgoutput.Decoder()
    decoder.decode(RELATION)
    try:
        decoder.decode(data)
    except pgoutput.MalformedMessageError:
        return


@at_leisure
@given(
    frame=st.binary() | st.binary().map(lambda tail: b"\x03" + tail) | st.text(),
    version=st.sampled_from(frames.VERSIONS),
)
def test_any_frame_is_a_message_or_malformed(frame, version):
    """A frame is a message of texts, or malformed."""
    try:
        message = frames.decode(frame, version)
    except frames.MalformedFrameError:
        return
    assert isinstance(message.topic, str)
    assert isinstance(message.event, str)


@at_leisure
@given(text=texts)
def test_any_filter_has_conditions_or_is_bad(text):
    """A text is a filter with conditions that name a column, or bad."""
    try:
        conditions = filters.parse(text)
    except filters.BadFilterError:
        return
    assert bool(conditions) == bool(text)
    assert all(each.column and each.values and each.operator in filters.OPERATORS for each in conditions)


@at_leisure
@given(values=st.lists(texts, min_size=1, max_size=5))
def test_quoted_values_survive(values):
    """Any text can be put into quotes, and is what the filter compares with."""
    quoted = ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    (condition,) = filters.parse(f"a=in.({quoted})")
    assert condition.values == tuple(values)


@at_leisure
@given(values=st.lists(st.none() | texts, max_size=5))
def test_any_text_array_becomes_that_list(values):
    """PostgreSQL's text of an array of any texts becomes that list."""

    def item(value):
        return "NULL" if value is None else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    written = "{" + ",".join(map(item, values)) + "}"
    assert json.loads(jsontypes.as_json(written, jsontypes.Type("_text", "_text", "text"))) == values
