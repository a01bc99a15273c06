"""Whoever hears no answer tries again, and the message is stored once all the same."""

import pytest

from tests.e2e.asking import expected


@pytest.fixture
def two_tabs(scenario, chat_of_two, network):
    """A chat of ana and bo, open in a tab of each, and the line that ana's goes through."""
    ana, bo, chat = chat_of_two
    line = network(ana)
    return chat, line, scenario.side_by_side(chat, ana, bo)


def expect_one(scenario, chat, tabs, text):
    """One row, and one message in every tab, never two at once."""
    for again in (False, True):
        for tab in tabs:
            if again:
                tab.reload().reopen(chat.name)
            tab.wait(lambda state: [each.text for each in state.messages if not each.line().pending] == [text], text)
            tab.at_rest()
            assert tab.most(text) == 1
    assert [row.text for row in scenario.rows(chat)] == [text]
    scenario.expect_good(chat, disturbed=True)


@pytest.mark.needs("retry")
def test_a_retry_after_a_lost_answer_stores_one_message(scenario, two_tabs):
    """The server stored it and its answer was lost: the page asks again, and there is one message."""
    chat, line, tabs = two_tabs
    asked = line.lose_answer()
    is_again = "did not ask again, as a page does that retries by itself (declare absent = ['retry'] if it does not),"

    def is_answered(request):
        return len(asked.statuses) > 1 and request.method == "POST"

    with expected(tabs[0], "requestfinished", is_answered, is_again):
        tabs[0].send(text := scenario.text())
        asked.expect(tabs[0], lambda: scenario.rows(chat))
    assert asked.statuses[0] in range(200, 300), "it was not stored the first time"
    expect_one(scenario, chat, tabs, text)


@pytest.mark.needs("optimistic")
def test_a_reload_before_the_answer_stores_one_message(scenario, two_tabs):
    """The page is loaded anew while its message is stored but not confirmed; it is neither gone nor there twice."""
    chat, line, tabs = two_tabs
    held = line.hold_sending(answered=True)
    tabs[0].send(text := scenario.text())
    scenario.wait_rows(chat, lambda rows: len(rows) == 1, "the message")
    held.expect(tabs[0])
    tabs[0].reload().reopen(chat.name)
    held.let_go()
    expect_one(scenario, chat, tabs, text)


def test_an_event_before_the_answer_shows_one_message(scenario, two_tabs):
    """Realtime tells the sender's own page of the message before its request is answered."""
    chat, line, tabs = two_tabs
    held = line.hold_sending(answered=True)
    tabs[0].send(text := scenario.text())
    tabs[1].wait_texts([text])
    held.expect(tabs[0])
    tabs[1].send(later := scenario.text("later"))
    tabs[0].wait(lambda state: later in state.texts, f"'{later}'")
    held.let_go()
    tabs[0].wait_texts([text, later])
    assert tabs[0].most(text) == 1
    scenario.expect_good(chat, disturbed=True)
