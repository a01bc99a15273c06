"""Realtime gives no guarantees: what a socket takes with it when it dies has to be read."""

import pytest

from tests.e2e.fix_network import RECOVERY

BURST = 4


@pytest.fixture
def tabs_on_lines(scenario, chat_of_two, network):
    """A chat of ana and bo, open in a tab of each, both through a line; and a listener."""
    ana, bo, chat = chat_of_two
    lines = [network(person) for person in (ana, bo)]
    scenario.listen(bo, chat)
    return chat, lines, scenario.side_by_side(chat, ana, bo)


def send_burst(scenario, tabs):
    """From both sides in turn, as fast as can be."""
    for _ in range(BURST):
        for tab in tabs:
            tab.send(scenario.text("burst"))


def test_a_socket_killed_mid_burst_loses_nothing(scenario, tabs_on_lines, record_latency):
    """Both sides send, every socket dies between two messages, and everybody has all of it: once and in order."""
    chat, lines, tabs = tabs_on_lines
    send_burst(scenario, tabs)
    with lines[0].without_sockets(), lines[1].without_sockets():
        send_burst(scenario, tabs)
    scenario.expect_all_of(chat, tabs, 2 * len(tabs) * BURST, disturbed=True, seconds=RECOVERY)
    record_latency("a burst from both sides, every socket killed in the middle", scenario.judge(chat))


def test_it_is_live_again_afterwards(scenario, tabs_on_lines):
    """After the page has reconnected by itself, a message arrives that nobody read for."""
    chat, lines, tabs = tabs_on_lines
    with tabs[0].page.expect_websocket():
        assert lines[0].kill_sockets() == 1
    tabs[0].wait_live()
    tabs[1].send(text := scenario.text())
    tabs[0].wait_texts([text])
    scenario.expect_good(chat, disturbed=True)
