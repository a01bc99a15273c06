"""What the faults of frames do with them."""

import json

import pytest

from connect.faults import frames

TOPIC = "realtime:chat"


def change(kind, number=1, topic=TOPIC):
    """A change of the database as the server tells of it."""
    return json.dumps([None, None, topic, "postgres_changes", {"ids": [number], "data": {"type": kind}}])


def message(event, payload):
    """Any other message."""
    return json.dumps(["1", "2", TOPIC, event, payload])


REPLY = message("phx_reply", {"status": "ok"})


def through(make, *given):
    """What goes on of these frames, in order."""
    passing = make()
    return [each for frame in given for each in passing(frame)]


@pytest.mark.parametrize("make", [frames.without("INSERT", "UPDATE", "DELETE"), frames.twice, frames.crosswise])
def test_what_is_no_change_passes(make):
    """Replies, and what is not a message of the protocol, are as they were."""
    assert through(make, REPLY, "no json") == [REPLY, "no json"]


def test_without_drops_the_named_kinds():
    """And no others."""
    kept = change("INSERT")
    assert through(frames.without("UPDATE"), change("UPDATE"), kept) == [kept]


def test_twice_doubles_each_change():
    """One directly after the other."""
    assert through(frames.twice, change("INSERT")) == [change("INSERT")] * 2


def test_crosswise_swaps_pairs_of_a_topic():
    """What is inserted elsewhere, and what is updated, keeps its place."""
    first, second, update = change("INSERT", 1), change("INSERT", 2), change("UPDATE", 3)
    elsewhere = change("INSERT", 4, "realtime:list")
    assert through(frames.crosswise, first, update, elsewhere, second) == [update, second, first]


def test_without_token_joins_as_nobody():
    """The token is neither in the join nor told later; the rest of the join is as it was."""
    join = message("phx_join", {"config": {}, "access_token": "secret"})
    told = message("access_token", {"access_token": "secret"})
    assert through(frames.without_token, join, told, REPLY) == [message("phx_join", {"config": {}}), REPLY]
