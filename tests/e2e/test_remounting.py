"""Leaving a conversation and coming back leaves nothing behind."""

import pytest

from pgproof.timing import eventually

VISITS = 3


@pytest.fixture
def two_chats(scenario, chat_of_two):
    """Two chats of ana and bo, and a tab of ana's with the first one open."""
    ana, bo, chat = chat_of_two
    other = scenario.chat(ana, bo, label="other")
    return bo, chat, other, scenario.tab(ana).open_conversation(chat.name)


def come_back(tab, chat, other):
    """Several times, without waiting for the page to be live in between."""
    for _ in range(VISITS):
        tab.open_conversation(other.name, live=False)
        tab.open_conversation(chat.name, live=False)
    tab.wait_live()


def expect_joined_anew(tab, chat):
    """Open a chat that was left; the page has to subscribe to it again."""
    before = tab.log.joins(chat.id)
    tab.open_conversation(chat.name, live=False)
    assert eventually(lambda: tab.now() and tab.log.joins(chat.id) > before, seconds=5), (
        f"there was no new subscription to {chat.name}, so the one before was not left"
    )
    tab.wait_live()


def test_coming_back_leaves_one_subscription(two_chats):
    """The page is subscribed to as much as at first: every visit that ended was left."""
    _, chat, other, tab = two_chats
    if not tab.log.joins(chat.id):
        pytest.skip("not applicable: the page does not subscribe to the chat that is open")
    first = len(tab.log.subscriptions)
    come_back(tab, chat, other)
    for each in (other, chat):
        expect_joined_anew(tab, each)
    assert len(tab.log.subscriptions) == first


def test_each_message_appears_once_after_coming_back(scenario, two_chats):
    """What is sent while one is in the other chat, and after that, is there once and in order."""
    bo, chat, other, tab = two_chats
    texts = [scenario.say(bo, chat)]
    tab.wait_texts(texts)
    tab.open_conversation(other.name)
    texts.append(scenario.say(bo, chat, scenario.text("meanwhile")))
    tab.open_conversation(chat.name)
    tab.wait_texts(texts)
    come_back(tab, chat, other)
    texts.append(scenario.say(bo, chat, scenario.text("afterwards")))
    tab.wait_texts(texts)
    assert [tab.most(text) for text in texts] == [1, 1, 1]
    tab.at_rest()
    scenario.expect_good(chat)


def test_a_chat_shows_no_messages_of_another(scenario, two_chats):
    """What arrives in the one chat while it is closed never stands among the messages of the other."""
    bo, chat, other, tab = two_chats
    here, there = [scenario.say(bo, chat)], [scenario.say(bo, other)]
    come_back(tab, chat, other)
    there.append(scenario.say(bo, other))
    here.append(scenario.say(bo, chat))
    tab.wait_texts(here)
    # A page may take its time to open a chat: until then it shows the one before, alone.
    mixed = [state.texts for state in tab.history if {*state.texts} & {*here} and {*state.texts} & {*there}]
    assert mixed == []
