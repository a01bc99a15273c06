"""Who types faster than the network loses nothing."""

import pytest


@pytest.fixture
def slow_line(scenario, chat_of_two, network):
    """A chat of ana and bo, open in a tab of ana's whose messages take until they are let go."""
    ana, _, chat = chat_of_two
    line = network(ana)
    tab = scenario.tab(ana).open_conversation(chat.name)
    return chat, tab, line.hold_sending()


@pytest.mark.needs("optimistic")
def test_typing_while_a_message_is_sent_loses_no_character(scenario, slow_line):
    """The next message is written while the first one is under way and answered: both are stored whole, once."""
    chat, tab, held = slow_line
    tab.send(first := scenario.text("first"))
    composer = tab.visible("composer").first
    composer.click()
    second = scenario.text("second, written in the meantime,")
    begun, rest = second[:12], second[12:]
    tab.page.keyboard.type(begun)
    held.expect(tab, lambda: scenario.rows(chat))
    held.let_go()
    scenario.wait_rows(chat, lambda rows: [row.text for row in rows] == [first], f"'{first}'")
    tab.wait(lambda state: first in state.texts, f"'{first}'")
    tab.wait_idle()
    tab.page.keyboard.type(rest)
    assert tab.written() == second, f"of '{second}' there is '{tab.written()}' where it was written"
    tab.submit(second)
    tab.wait_texts([first, second])
    scenario.wait_rows(chat, lambda rows: [row.text for row in rows] == [first, second], f"{[first, second]}")
    scenario.expect_good(chat)


def test_sending_twice_in_a_hurry_sends_once(scenario, slow_line):
    """A second Enter or click right after the first one, while the message is under way, sends it no second time."""
    chat, tab, held = slow_line
    composer = tab.visible("composer").first
    composer.fill(text := scenario.text("hasty"))
    tab.submit(text, times=2)
    held.expect(tab, lambda: scenario.rows(chat))
    held.let_go()
    tab.wait_texts([text])
    composer.fill(later := scenario.text("later"))
    tab.submit(later)
    scenario.wait_rows(chat, lambda rows: rows and rows[-1].text == later, f"'{later}'")
    stored = [row.text for row in scenario.rows(chat)]
    assert stored == [text, later], f"a hasty second click sent it again: the database holds {stored}"
    tab.wait_texts([text, later])
