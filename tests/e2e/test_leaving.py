"""Leaving a conversation ends its own subscription, and no other."""

import pytest


@pytest.fixture
def left_chat(scenario, chat_of_two):
    """Two chats of ana and bo, and a tab of ana's in which the first one was open and the second one is."""
    ana, bo, chat = chat_of_two
    other = scenario.chat(ana, bo, label="other")
    tab = scenario.tab(ana).open_conversation(chat.name)
    first = scenario.say(bo, chat)
    tab.wait_texts([first])
    return bo, chat, other, tab.open_conversation(other.name)


@pytest.mark.needs("preview")
def test_the_list_is_still_live(scenario, left_chat):
    """What arrives in the chat that was left stands beside its name, again and again and without a reload."""
    bo, chat, _, tab = left_chat
    for _ in range(2):
        tab.wait_last(chat.name, scenario.say(bo, chat))


@pytest.mark.needs("badge")
def test_the_badge_still_counts(scenario, left_chat):
    """What arrives in the chat that was left is counted."""
    bo, chat, _, tab = left_chat
    for count in ("1", "2"):
        scenario.say(bo, chat)
        tab.wait_badge(chat.name, count)


def test_the_next_chat_is_still_live(scenario, left_chat):
    """What arrives in the chat that is open now is shown."""
    bo, _, other, tab = left_chat
    texts = [scenario.say(bo, other)]
    tab.wait_texts(texts)
    texts.append(scenario.say(bo, other))
    tab.wait_texts(texts)
