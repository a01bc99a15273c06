"""A message that is sent is stored once, is there after a reload, and comes to be delivered and read."""

import pytest


@pytest.fixture
def open_chat(scenario, chat_of_two):
    """A chat of ana and bo, open in a tab of ana's."""
    ana, bo, chat = chat_of_two
    (tab,) = scenario.side_by_side(chat, ana)
    return chat, tab, bo


def test_it_is_there_once_after_a_reload(scenario, open_chat):
    """What was sent is what the page shows when it is loaded again."""
    chat, tab, _ = open_chat
    tab.send(text := scenario.text())
    scenario.wait_rows(chat, lambda rows: len(rows) == 1, "the message")
    tab.reload().reopen(chat.name).wait_texts([text])
    assert tab.most(text) == 1


def test_it_is_stored_once_with_a_seq(scenario, open_chat):
    """Each message is one row, hers, numbered from one without a gap."""
    chat, tab, _ = open_chat
    texts = [scenario.text() for _ in range(3)]
    for text in texts:
        tab.send(text)
    tab.wait_texts(texts)
    scenario.wait_rows(chat, lambda rows: len(rows) == 3, "three messages")
    stored = scenario.rows(chat)
    assert [(row.seq, row.text) for row in stored] == list(enumerate(texts, 1))
    assert {row.sender_id for row in stored} == {chat.members[0].id}


@pytest.mark.needs("delivery")
def test_it_is_delivered_and_then_read(scenario, open_chat):
    """In the database a message is sent, delivered when its reader's page is there, and read when it is opened."""
    chat, tab, bo = open_chat
    tab.send(scenario.text())
    scenario.wait_rows(chat, lambda rows: [row.status for row in rows] == ["sent"], "it as sent")
    other = scenario.tab(bo).wait_live()
    scenario.wait_rows(chat, lambda rows: rows[0].status == "delivered", "it as delivered")
    other.open_conversation(chat.name)
    scenario.wait_rows(chat, lambda rows: rows[0].status == "read", "it as read")


@pytest.mark.needs("ticks")
def test_its_tick_follows(scenario, open_chat, frontend):
    """The sender sees sent, delivered if the page says so, and read, in this order and without a reload."""
    chat, tab, bo = open_chat
    tab.send(text := scenario.text())
    tab.wait(lambda state: [each.status for each in state.of(text)] == ["sent"], "a tick for sent")
    other = scenario.tab(bo).wait_live()
    steps = ["sent", "delivered", "read"] if frontend.has("delivery") else ["sent", "read"]
    if "delivered" in steps:
        tab.wait(lambda state: [each.status for each in state.of(text)] == ["delivered"], "a tick for delivered")
    other.open_conversation(chat.name)
    tab.wait(lambda state: [each.status for each in state.of(text)] == ["read"], "a tick for read")
    assert tab.statuses(text) == steps
