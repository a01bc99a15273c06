"""The listener's core when things end: refused, refreshed, expired, lost, and joined again."""

from pgproof.realtime import State
from tests.pgproof.realtime.dialogue import LIVE, NEXT, TOPIC, WANTED

EXPIRED = {"extension": "postgres_changes", "status": "error", "message": "Token has expired 1 seconds ago"}


def joins_after(dialogue, seconds):
    """Nothing happens until the time is over, and then it joins."""
    assert dialogue.passes(seconds - 0.1) == []
    assert dialogue.passes(0.1) == ["phx_join"]


def test_a_refused_join_is_tried_again_after_longer_and_longer(dialogue):
    """A refused join is tried again after 1, 2, 5, 10 and again 10 s; once it was live, from the start."""
    dialogue.opened()
    for seconds in (1, 2, 5):
        dialogue.answers(status="error", reason="Unauthorized: no")
        assert dialogue.channel.reason == "the join was refused: Unauthorized: no"
        joins_after(dialogue, seconds)
    dialogue.answers(*({**each.as_json(), "id": 1} for each in WANTED))
    dialogue.says("system", LIVE)
    dialogue.says("phx_error", {"reason": "crashed"})
    assert dialogue.channel.reason == "phx_error: crashed"
    joins_after(dialogue, 1)


def test_a_join_without_an_answer_is_tried_again(dialogue):
    """A join that is not answered within 10 s is tried again."""
    dialogue.opened()
    assert dialogue.passes(9.9) == []
    dialogue.passes(0.1)
    assert "not answered within 10 s" in dialogue.channel.reason
    joins_after(dialogue, 1)


def test_the_answer_to_an_earlier_join_does_not_count(dialogue):
    """The answer to an earlier join is not one to this."""
    dialogue.opened()
    dialogue.passes(10)
    earlier = dialogue.join_ref
    joins_after(dialogue, 1)
    dialogue.says("phx_reply", {"status": "ok", "response": {"postgres_changes": []}}, earlier, earlier)
    assert dialogue.channel.state is State.JOINING


def test_a_new_token_is_sent_to_what_is_joined(dialogue):
    """A new token is sent to what is joined, which goes live once more when the server says so."""
    dialogue.live()
    dialogue.session.refresh(NEXT, dialogue.now)
    (message,) = dialogue.sent()
    assert (message.topic, message.event, message.payload) == (TOPIC, "access_token", {"access_token": NEXT})
    assert message.join_ref == dialogue.join_ref
    dialogue.says("system", LIVE)
    assert dialogue.channel.lives == 2


def test_what_the_server_closes_stays_closed_until_a_new_token(dialogue):
    """What the server closes stays closed, and says why, until there is a new token."""
    dialogue.live()
    dialogue.says("system", EXPIRED)
    dialogue.says("phx_close", ref=dialogue.join_ref)
    assert dialogue.states[-2:] == ["waiting", "closed"]
    assert dialogue.channel.reason == "system error: Token has expired 1 seconds ago"
    assert dialogue.passes(20) == []
    dialogue.session.refresh(NEXT, dialogue.now)
    (join,) = dialogue.sent()
    assert (join.event, join.payload["access_token"]) == ("phx_join", NEXT)


def test_a_new_token_is_used_with_the_next_socket(dialogue):
    """A new token for what was closed is used with the next socket."""
    dialogue.live()
    dialogue.says("phx_close", ref=dialogue.join_ref)
    dialogue.session.lost(dialogue.now, "gone")
    assert dialogue.channel.state is State.CLOSED
    dialogue.session.refresh(NEXT, dialogue.now)
    assert dialogue.sent() == []
    (join,) = dialogue.opened()
    assert join.payload["access_token"] == NEXT


def test_after_a_system_error_it_joins_again(dialogue):
    """After a system error changes may not flow: it joins again, and meanwhile keeps what still comes."""
    dialogue.live()
    dialogue.says("system", {"extension": "postgres_changes", "status": "error", "message": "bad filter"})
    assert (dialogue.channel.state, dialogue.channel.reason) == (State.WAITING, "system error: bad filter")
    dialogue.change(10)
    assert len(dialogue.channel.changes) == 1
    joins_after(dialogue, 1)


def test_the_close_of_an_earlier_join_does_not_touch_this_one(dialogue):
    """The close of an earlier join, and its system message, do not touch this one."""
    dialogue.live()
    earlier = dialogue.join_ref
    dialogue.says("phx_error")
    joins_after(dialogue, 1)
    dialogue.says("system", LIVE, join_ref=earlier)
    dialogue.says("phx_close", ref=earlier, join_ref=earlier)
    assert (dialogue.channel.state, dialogue.channel.lives) == (State.JOINING, 1)


def test_a_change_of_an_earlier_join_is_left_to_the_snapshot(dialogue):
    """A change of an earlier join, which nothing tells from one of this, is left to the snapshot."""
    dialogue.live()
    dialogue.says("phx_error")
    joins_after(dialogue, 1)
    dialogue.change(10)
    assert dialogue.channel.changes == []


def test_everything_is_joined_again_after_a_loss(dialogue):
    """After a loss everything that was not ended is joined again, with the new token, and goes live again."""
    dialogue.live()
    pauses = [dialogue.session.lost(dialogue.now, "cut") for _ in range(5)]
    assert pauses == [1, 2, 5, 10, 10]
    assert (dialogue.channel.state, dialogue.channel.reason) == (State.OFFLINE, "cut")
    dialogue.session.refresh(NEXT, dialogue.now)
    (join,) = dialogue.joined()
    assert join.payload["access_token"] == NEXT
    dialogue.says("system", LIVE)
    assert dialogue.channel.lives == 2
    assert dialogue.session.lost(dialogue.now, "cut") == 1


def test_what_was_not_sent_before_a_loss_is_not_sent_after_it(dialogue):
    """What was not sent before the loss is not sent after it."""
    dialogue.live()
    dialogue.session.refresh(NEXT, dialogue.now)
    dialogue.session.lost(dialogue.now, "cut")
    assert [message.event for message in dialogue.opened()] == ["phx_join"]
