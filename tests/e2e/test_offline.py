"""A device that is away for a while misses nothing."""

import pytest

from tests.e2e.fix_network import RECOVERY


@pytest.fixture
def two_tabs_and_listener(scenario, chat_of_two, network):
    """A chat of ana and bo, open in a tab of each, and the line that ana's goes through."""
    ana, bo, chat = chat_of_two
    line = network(ana)
    scenario.listen(bo, chat)
    return bo, chat, line, scenario.side_by_side(chat, ana, bo)


def test_what_was_sent_meanwhile_appears_in_order_once(scenario, two_tabs_and_listener):
    """Back online, what the other wrote is there, between what was there before and what comes after."""
    bo, chat, line, tabs = two_tabs_and_listener
    texts = [scenario.say(bo, chat)]
    tabs[0].wait_texts(texts)
    with line.cut_off():
        texts += [scenario.say(bo, chat, scenario.text("meanwhile")) for _ in range(3)]
        tabs[1].wait_texts(texts)
        assert tabs[0].now().texts == texts[:1], "nothing arrives offline"
    tabs[0].wait_texts(texts, seconds=RECOVERY)
    scenario.say(bo, chat, scenario.text("afterwards"))
    scenario.expect_all_of(chat, tabs, 5, disturbed=True)


@pytest.mark.needs("optimistic", "retry")
def test_what_was_written_offline_is_sent_once(scenario, two_tabs_and_listener):
    """It waits, is seen to wait, and is stored and shown once, in the order of writing, when the device is back."""
    bo, chat, line, tabs = two_tabs_and_listener
    mine = [scenario.text("from afar") for _ in range(2)]
    with line.cut_off():
        for text in mine:
            tabs[0].send(text)
        shown = tabs[0].wait_texts(mine)
        assert not {each.status for each in shown.messages} & {"sent", "delivered", "read"}, (
            "it says that they are sent"
        )
        scenario.say(bo, chat, scenario.text("meanwhile"))
        assert len(scenario.rows(chat)) == 1
    scenario.wait_rows(chat, lambda rows: len(rows) == 3, "three messages", RECOVERY)
    assert [row.text for row in scenario.rows(chat) if row.text in mine] == mine
    scenario.expect_all_of(chat, tabs, 3, disturbed=True, seconds=RECOVERY)


@pytest.mark.needs("connection")
def test_the_page_says_that_it_is_offline(scenario, two_tabs_and_listener):
    """What it says of the connection is another while it has none, and the same as before in the end."""
    bo, chat, line, tabs = two_tabs_and_listener
    # The wire tells of a subscription before the page knows. The first message may be read when it does; the second one
    # comes behind all of that.
    texts = []
    for _ in range(2):
        texts.append(scenario.say(bo, chat))
        tabs[0].wait_texts(texts)
    online = tabs[0].now().connection
    again = f"'{online}' again" if online else "nothing about the connection, as before"
    with line.cut_off():
        tabs[0].wait(lambda state: state.connection != online, "that the connection is gone", "connection")
    tabs[0].wait(lambda state: state.connection == online, again, "connection" if online else None, RECOVERY)
