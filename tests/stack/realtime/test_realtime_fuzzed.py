"""No frame makes the service fail: whatever it is, it is answered, or it closes the socket that sent it."""

import json
import struct

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.frames import OP_CONT, OP_TEXT, Frame

from tests.stack.realtime.fix_sockets import RawSocket

ENDED_BY_THE_SERVER = {1002, 1007}
EVENTS = ["phx_join", "phx_leave", "access_token", "broadcast", "presence", "heartbeat", "postgres_changes", "x"]
KEYS = [
    *("config", "broadcast", "presence", "postgres_changes", "postgres_changes_options", "private", "access_token"),
    *("ack", "self", "replay", "since", "limit", "replication_ready", "key", "enabled", "wait", "timeout"),
    *("event", "schema", "table", "filter", "select", "type", "payload"),
]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["public", "chats", "*", "INSERT", "id=eq.1", "track", "sb_x", "\0", 10**400, -1, "\ud800"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4),
    max_leaves=12,
)
references = st.none() | st.sampled_from(["1", "2"]) | scalars
topics = st.sampled_from(["realtime:a", "realtime:b", "realtime:", "phoenix", ""]) | scalars
joins = st.fixed_dictionaries({"config": st.dictionaries(st.sampled_from(KEYS), values, max_size=4)})
messages = st.tuples(references, references, topics, st.sampled_from(EVENTS) | scalars, values | joins)
texts = messages.map(json.dumps) | values.map(json.dumps) | st.text(st.characters(codec="utf-8"))
binaries = st.binary() | st.builds(
    lambda lengths, rest: struct.pack("!7B", 3, *lengths) + rest,
    st.tuples(*[st.integers(0, 4)] * 5, st.integers(0, 2)),
    st.binary(max_size=40),
)
malformed_text = [
    b"\xff\xfe",
    b'[null,null,"t","e","\xed\xa0\x80"]',
    b"\xc3",
]


@pytest.fixture(scope="module")
def lasting(stack_of):
    """Sockets on a stack of many examples: a function that opens one, and one that stays."""
    from websockets.sync.client import connect

    stack = stack_of("prod")

    def opened():
        address = f"{stack.api_url.replace('http', 'ws', 1)}/realtime/v1/websocket?apikey={stack.anon_key}&vsn=2.0.0"
        return RawSocket(connect(address, compression=None, close_timeout=0.5), "2.0.0")

    stays = opened()
    yield opened, stays
    stays.connection.close()


def outcome(socket):
    """None if it is still open and answers a heartbeat, else the code that it was closed with."""
    try:
        reference = socket.push("phoenix", "heartbeat", {})
        while True:
            received = json.loads(message) if isinstance(message := socket.connection.recv(10), str) else None
            if received and received[2:4] == ["phoenix", "phx_reply"] and received[1] == reference:
                return None
    except ConnectionClosed as closed:
        return closed.rcvd and closed.rcvd.code


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(
    sent=[
        '["1","1","realtime:a","phx_join",{"config":{"postgres_changes_options":{"wait":true,"timeout":1%s}}}]'
        % ("0" * 400)
    ]
)
@example(sent=["[" * 2000 + "]" * 2000])
@example(
    sent=['["1","1","realtime:a","phx_join",{}]', '["1","2","realtime:a","broadcast",{"event":"e","payload":1e999}]']
)
@given(sent=st.lists(texts | binaries, max_size=4))
def test_whatever_is_sent_is_answered_or_ends_its_socket(lasting, sent):
    """Random bytes, JSON and messages of wrong types leave the socket working, or end it with 1007; no other ends."""
    opened, stays = lasting
    socket = opened()
    try:
        for frame in sent:
            socket.connection.send(frame)
    except ConnectionClosed:
        pass
    ended = outcome(socket)
    socket.connection.close()
    assert ended in {None, *ENDED_BY_THE_SERVER}
    assert outcome(stays) is None


@pytest.mark.parametrize("data", malformed_text)
@pytest.mark.parametrize("parts", [1, 2])
def test_a_text_that_is_not_utf8_ends_with_1007_and_nothing_else(own_stack, data, parts):
    """A text frame that is not UTF-8, whole or in parts, ends its socket with 1007, and the stack reports nothing."""
    from websockets.sync.client import connect

    stack = own_stack("prod")
    address = f"{stack.api_url.replace('http', 'ws', 1)}/realtime/v1/websocket?apikey={stack.anon_key}&vsn=2.0.0"
    socket = RawSocket(connect(address, compression=None, close_timeout=0.5), "2.0.0")
    sent = [(OP_TEXT, data)] if parts == 1 else [(OP_TEXT, data[:1]), (OP_CONT, data[1:])]
    for place, (opcode, part) in enumerate(sent):
        frame = Frame(opcode, part, fin=place == len(sent) - 1)
        socket.connection.socket.sendall(frame.serialize(mask=True))
    assert outcome(socket) == 1007
