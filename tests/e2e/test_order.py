"""What several people send at once is in order of seq in every tab, live and after a reload alike."""

import pytest

BURST = 6


@pytest.fixture
def three_tabs(scenario, chat_of_two):
    """A chat of ana and bo with one message in it, open in two tabs of hers and one of his."""
    ana, bo, chat = chat_of_two
    scenario.say(bo, chat)
    return chat, scenario.side_by_side(chat, ana, ana, bo)


def test_a_burst_from_both_sides_is_in_one_order(scenario, three_tabs, record_latency):
    """What two people send at once stands in the same order everywhere, and none of it is lost or there twice."""
    chat, tabs = three_tabs
    for number in range(BURST):
        for tab in (tabs[0], tabs[2]):
            tab.send(scenario.text(f"burst {number}"))
    scenario.expect_all_of(chat, tabs, 1 + 2 * BURST)
    record_latency("a burst from both sides", scenario.judge(chat))
