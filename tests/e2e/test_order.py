"""What several people send at once is in order of seq in every tab, live and after a reload alike."""

import pytest

BURST = 6


@pytest.fixture
def scene(stage):
    """A chat of ana and bo with one message in it, open in two tabs of hers and one of his."""
    ana, bo = stage.people("ana", "bo")
    chat = stage.chat(ana, bo)
    stage.say(bo, chat)
    return chat, stage.side_by_side(chat, ana, ana, bo)


def test_a_burst_from_both_sides_is_in_one_order(stage, scene, record_latency):
    """What two people send at once stands in the same order everywhere, and none of it is lost or there twice."""
    chat, tabs = scene
    for number in range(BURST):
        for tab in (tabs[0], tabs[2]):
            tab.send(stage.text(f"burst {number}"))
    stage.expect_all_of(chat, tabs, 1 + 2 * BURST)
    record_latency("a burst from both sides", stage.judge(chat))
