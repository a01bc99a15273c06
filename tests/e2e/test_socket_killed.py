"""Realtime gives no guarantees: what a socket takes with it when it dies has to be read."""

import pytest

BURST = 4


@pytest.fixture
def scene(stage, network):
    """A chat of ana and bo, open in a tab of each, both through a line; and a listener."""
    ana, bo = stage.people("ana", "bo")
    chat = stage.chat(ana, bo)
    lines = [network(person) for person in (ana, bo)]
    stage.listen(bo, chat)
    return chat, lines, stage.side_by_side(chat, ana, bo)


def send_burst(stage, tabs):
    """From both sides in turn, as fast as can be."""
    for _ in range(BURST):
        for tab in tabs:
            tab.send(stage.text("burst"))


def test_a_socket_killed_mid_burst_loses_nothing(stage, scene, record_latency):
    """Both sides send, every socket dies between two messages, and everybody has all of it: once and in order."""
    chat, lines, tabs = scene
    send_burst(stage, tabs)
    with lines[0].without_sockets(), lines[1].without_sockets():
        send_burst(stage, tabs)
    stage.expect_all_of(chat, tabs, 2 * len(tabs) * BURST, disturbed=True)
    record_latency("a burst from both sides, every socket killed in the middle", stage.judge(chat))


def test_it_is_live_again_afterwards(stage, scene):
    """After the page has reconnected by itself, a message arrives that nobody read for."""
    chat, lines, tabs = scene
    with tabs[0].page.expect_websocket():
        assert lines[0].kill_sockets() == 1
    tabs[0].wait_live()
    tabs[1].send(text := stage.text())
    tabs[0].wait_texts([text])
    stage.expect_good(chat, disturbed=True)
