"""The listener's core against scripted frames: joins, changes, heartbeats and faults, without I/O or a clock."""

import pytest

from pgproof.realtime import State
from pgproof.realtime.channel import Channel
from tests.pgproof.realtime.dialogue import KEY, LIVE, TOKEN, TOPIC, WANTED, Dialogue


def test_a_join_names_what_it_wants_and_who_asks(dialogue):
    """A join names what it wants and who asks."""
    (join,) = dialogue.joined()
    assert (join.topic, join.event) == (TOPIC, "phx_join")
    assert join.payload["access_token"] == TOKEN
    assert join.payload["config"]["postgres_changes"] == [
        {"event": "INSERT", "schema": "public", "table": "chat_messages", "filter": "chat_id=eq.1"},
        {"event": "*", "schema": "public", "table": "chats"},
    ]


def test_private_and_presence_are_asked_for_with_the_join(dialogue):
    """A private channel and presence are asked for with the join; by default neither is."""
    more = Channel("more", (), dialogue.wire, backoff=(1,), patience=10, private=True, presence=True)
    dialogue.session.add(more, dialogue.now)
    configs = [join.payload["config"] for join in dialogue.opened()]
    assert [(each["private"], each["presence"]["enabled"]) for each in configs] == [(False, False), (True, True)]


def test_live_is_what_the_system_says(dialogue):
    """An answered join is not live; the system message is, and each one is told once."""
    dialogue.joined()
    assert dialogue.states == ["joining", "joined"]
    assert dialogue.session.take_live() == []
    dialogue.says("system", LIVE)
    assert dialogue.states[2:] == ["live"]
    assert dialogue.session.take_live() == [dialogue.channel]
    assert dialogue.session.take_live() == []


def test_another_extension_does_not_make_the_changes_flow(dialogue):
    """What another extension says does not make the changes flow."""
    dialogue.joined()
    dialogue.says("system", {**LIVE, "extension": "broadcast"})
    assert dialogue.channel.state is State.JOINED


def test_a_change_is_matched_by_the_ids_of_the_reply(dialogue):
    """A change is matched by the ids of the reply; its record is kept with the time it came."""
    dialogue.live()
    dialogue.time = 3.0
    dialogue.change(10, 99, record={"id": 1})
    (change,) = dialogue.channel.changes
    assert (change.record, change.received.monotonic) == ({"id": 1}, 3.0)


@pytest.mark.parametrize(("ids", "parts"), [((99,), {}), ((), {}), ((10,), {"type": "UPDATE"}), ((11,), {})], ids=str)
def test_a_change_that_was_not_asked_for_is_a_fault(dialogue, ids, parts):
    """A change for nobody, or of another kind or table than its id was given for, is a fault."""
    dialogue.live()
    dialogue.change(*ids, **parts)
    assert dialogue.channel.changes == []
    assert [fault.startswith("a change that was not asked for") for fault in dialogue.wire.faults] == [True]
    dialogue.wire.faults.clear()


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([], "does not repeat"),
        ([{**each.as_json(), "id": 1} for each in reversed(WANTED)], "does not repeat"),
        ([{**each.as_json(), "filter": "chat_id=eq.2", "id": 1} for each in WANTED], "does not repeat"),
        ([{**each.as_json(), "id": 0} for each in WANTED], "0 or not an integer"),
        ([{**each.as_json(), "id": "a-b"} for each in WANTED], "0 or not an integer"),
        ([each.as_json() for each in WANTED], "0 or not an integer"),
    ],
    ids=["none", "other order", "other filter", "zero", "text", "no id"],
)
def test_a_channel_is_left_where_its_reply_does_not_match(dialogue, entries, says):
    """Entries are matched by index; where they do not repeat what was asked for, the channel is left."""
    dialogue.opened()
    dialogue.answers(*entries)
    assert [message.event for message in dialogue.sent()] == ["phx_leave"]
    assert dialogue.channel.state is State.CLOSED
    assert says in dialogue.channel.reason


def test_null_and_absent_are_the_same(dialogue):
    """A filter that was not given may be repeated as null."""
    dialogue.opened()
    dialogue.answers(*({"table": None, "filter": None, **each.as_json(), "id": 1} for each in WANTED))
    assert dialogue.channel.state is State.JOINED


def test_a_channel_without_changes_is_live_with_the_reply():
    """A channel without changes is live with the reply."""
    dialogue = Dialogue("1.0.0", changes=())
    dialogue.opened()
    dialogue.answers()
    assert dialogue.states == ["joining", "joined", "live"]


def test_a_socket_is_dead_after_an_unanswered_heartbeat(dialogue):
    """A heartbeat every 25 s; the socket is dead once one is not answered within another 25 s."""
    dialogue.live()
    assert dialogue.passes(24) == []
    assert dialogue.passes(1) == ["heartbeat"]
    assert dialogue.session.due == 50
    dialogue.says("phx_reply", {"status": "ok", "response": {}}, ref="2", topic="phoenix")
    assert dialogue.passes(25) == ["heartbeat"]
    assert not dialogue.session.silent
    assert dialogue.passes(25) == []
    assert dialogue.session.silent
    dialogue.session.lost(dialogue.now, "silent")
    dialogue.opened()
    assert not dialogue.session.silent
    assert dialogue.passes(25) == ["heartbeat"]


def test_only_the_answer_to_the_heartbeat_itself_counts(dialogue):
    """Only the answer to the heartbeat itself counts."""
    dialogue.live()
    dialogue.passes(25)
    dialogue.says("phx_reply", {"status": "ok", "response": {}}, ref="1", topic="phoenix")
    dialogue.passes(25)
    assert dialogue.session.silent


def test_an_unknown_message_is_a_fault_and_the_listener_goes_on(dialogue):
    """What is not a message, or on a topic that nobody joined, is a fault, and the listener goes on."""
    dialogue.live()
    dialogue.session.receive("nonsense", dialogue.now)
    dialogue.says("broadcast", {"event": "e", "payload": {}}, topic="realtime:other")
    dialogue.says("unheard of")
    assert dialogue.wire.faults == [
        "the frame is not JSON",
        "a message on realtime:other, which was never joined",
        f"an event 'unheard of' on {TOPIC}",
    ]
    dialogue.wire.faults.clear()
    dialogue.change(10)
    assert len(dialogue.channel.changes) == 1


def test_broadcasts_and_presences_are_kept(dialogue):
    """Broadcasts and presence are kept, too."""
    dialogue.live()
    dialogue.says("broadcast", {"type": "broadcast", "event": "typing", "payload": {"who": "ann"}})
    dialogue.says("presence_state", {})
    assert [(each.event, each.payload) for each in dialogue.channel.broadcasts] == [("typing", {"who": "ann"})]
    assert [each.kind for each in dialogue.channel.presences] == ["state"]


def test_no_token_is_kept(dialogue):
    """Frames, states and faults are kept without keys and tokens."""
    dialogue.live()
    dialogue.session.refresh("not-even-a-jwt", dialogue.now)
    dialogue.says("phx_error", {"reason": f"bad token {TOKEN}, not-even-a-jwt, {KEY}, eyJx.eyJy.z"})
    dialogue.says(f"event {TOKEN}")
    kept = f"{list(dialogue.wire.frames)} {dialogue.channel.states} {dialogue.wire.faults}"
    for secret in (TOKEN, KEY, "not-even-a-jwt", "eyJx"):
        assert secret not in kept
    assert "bad token ***, ***, ***, ***" in dialogue.channel.reason
    dialogue.wire.faults.clear()
