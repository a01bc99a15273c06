"""What was written and is not stored yet is not lost with a reload, or one is told that it is."""

import pytest

from pgproof.timing import eventually


@pytest.mark.needs("version 2")
def test_a_reload_loses_nothing_unsent(scenario, chat_of_two, network):
    """A message that did not get through is sent once after a reload, or still there to be sent, or told to be lost."""
    ana, _, chat = chat_of_two
    line = network(ana)
    tab = scenario.tab(ana).open_conversation(chat.name)
    told = []
    tab.page.on("dialog", lambda dialog: (told.append(dialog.type), dialog.accept()))

    def is_told():
        return any(each.status == "failed" for each in tab.now().of(text)) or tab.state.alert or told

    with line.refused() as refused:
        tab.send(text := scenario.text("unsent"))
        refused.expect(tab, lambda: scenario.rows(chat))
        tab.wait_idle()
        told += [tab.state.alert] if is_told() else []
        tab.reload()
        if told:
            return
        tab.reopen(chat.name)
    assert eventually(lambda: scenario.rows(chat) or is_told() or tab.written() == text, 20), (
        f"'{text}' was lost: it did not get through before the reload, and after it it is neither stored nor shown as"
        " unsent nor where it was written, and the page says nothing"
    )
    if scenario.rows(chat):
        tab.wait_texts([text])
        scenario.expect_good(chat, disturbed=True)
        assert tab.most(text) == 1


def test_a_reload_before_the_answer_sends_nothing_twice(scenario, chat_of_two, network):
    """A message that was stored, of which the page was not told before a reload, is there once."""
    ana, _, chat = chat_of_two
    line = network(ana)
    tab = scenario.tab(ana).open_conversation(chat.name)
    held = line.hold_sending(answered=True)
    tab.send(text := scenario.text("unanswered"))
    scenario.wait_rows(chat, lambda rows: len(rows) == 1, "the message")
    held.expect(tab)
    tab.reload()
    held.let_go()
    tab.reopen(chat.name)
    tab.wait_texts([text])
    # What she sends next goes behind what may still be waiting to be sent.
    tab.send(later := scenario.text("later"))
    scenario.wait_rows(chat, lambda rows: [row.text for row in rows][-1] == later, f"'{later}'")
    tab.wait_texts([text, later])
    assert [row.text for row in scenario.rows(chat)] == [text, later], "it was stored twice"
    scenario.expect_good(chat, disturbed=True)
