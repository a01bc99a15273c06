"""Frames: both serializers, binary broadcasts, and everything that is not one."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgproof.realtime import phoenix
from pgproof.realtime.phoenix import Malformed, Message
from tests.leisure import at_leisure

TOPIC = "realtime:room1"
refs = st.none() | st.text(max_size=5)
messages = st.builds(
    Message, st.text(), st.text(), st.dictionaries(st.text(), st.integers() | st.text() | st.none()), refs, refs
)


def binary(topic=b"realtime:r", event=b"shout", meta=b"", encoding=1, payload=b'{"a": 1}', kind=4):
    return bytes([kind, len(topic), len(event), len(meta), encoding]) + topic + event + meta + payload


@pytest.mark.parametrize("vsn", phoenix.VERSIONS)
@at_leisure
@given(message=messages)
def test_what_is_encoded_is_decoded_as_it_was(vsn, message):
    """What is encoded is decoded as it was."""
    assert phoenix.decode(phoenix.encode(message, vsn), vsn) == message


def test_frames_are_those_of_the_official_clients():
    """The frames of the official clients: an array in 2.0.0, an object in 1.0.0, with a null that stays."""
    beat = Message("phoenix", "heartbeat", {}, "24")
    assert json.loads(phoenix.encode(beat, "2.0.0")) == [None, "24", "phoenix", "heartbeat", {}]
    assert json.loads(phoenix.encode(beat, "1.0.0")) == {
        "topic": "phoenix",
        "event": "heartbeat",
        "payload": {},
        "ref": "24",
        "join_ref": None,
    }


def test_a_server_may_leave_out_the_join_ref():
    """A 1.0.0 server leaves out the join_ref, and has null as the ref of what nobody asked for."""
    frame = '{"event":"system","payload":{"status":"ok"},"topic":"realtime:room1","ref":null}'
    assert phoenix.decode(frame, "1.0.0") == Message(TOPIC, "system", {"status": "ok"})


def test_lengths_in_a_binary_broadcast_count_bytes():
    """A delivered broadcast: lengths count bytes, not characters."""
    frame = binary("realtime:räum".encode(), "größe".encode(), b'{"id":"1"}', 1, '{"text":"שלום"}'.encode())
    payload = {"type": "broadcast", "event": "größe", "payload": {"text": "שלום"}, "meta": {"id": "1"}}
    assert phoenix.decode(frame, "2.0.0") == Message("realtime:räum", "broadcast", payload)


def test_a_raw_payload_stays_bytes():
    """A raw payload stays bytes."""
    message = phoenix.decode(binary(encoding=0, payload=b"\xff\x00"), "2.0.0")
    assert message.payload == {"type": "broadcast", "event": "shout", "payload": b"\xff\x00"}


@pytest.mark.parametrize(
    ("frame", "vsn", "says"),
    [
        ("nonsense", "1.0.0", "the frame is not JSON"),
        ("[]", "1.0.0", "not an object with topic, event and payload"),
        ('{"topic":"t","event":"e","ref":null}', "1.0.0", "not an object with topic, event and payload"),
        ("{}", "2.0.0", "not an array of join_ref"),
        ('[null,null,"t","e"]', "2.0.0", "not an array of join_ref"),
        ('[null,null,1,"e",{}]', "2.0.0", "the topic is not a string"),
        ('[null,null,"t",null,{}]', "2.0.0", "the event is not a string"),
        ('[null,1,"t","e",{}]', "2.0.0", "the ref is neither a string nor null"),
        ('[1,null,"t","e",{}]', "2.0.0", "the join_ref is neither a string nor null"),
        ('[null,null,"t","e",[]]', "2.0.0", "the payload of e is not an object"),
        (binary(), "1.0.0", "a binary frame, which 1.0.0 does not have"),
        (binary(kind=3), "2.0.0", "that is not a broadcast"),
        (b"\x04\x00", "2.0.0", "that is not a broadcast"),
        (binary(payload=b"")[:12], "2.0.0", "ends within its header"),
        (binary(topic=b"\xff"), "2.0.0", "that is not UTF-8"),
        (binary(payload=b"{"), "2.0.0", "the payload of a binary broadcast is not JSON"),
        (binary(meta=b"{"), "2.0.0", "the meta of a binary broadcast is not JSON"),
    ],
)
def test_what_is_not_a_frame_is_refused(frame, vsn, says):
    """What is not a frame is refused by name."""
    with pytest.raises(Malformed, match=says):
        phoenix.decode(frame, vsn)


@at_leisure
@given(st.binary())
def test_any_bytes_are_a_message_or_malformed(frame):
    """Whatever the bytes, they are a message or malformed."""
    with suppress(Malformed):
        assert phoenix.decode(frame, "2.0.0").event == "broadcast"
