"""The list goes on telling the last message of each conversation while one of them is open."""

import pytest

pytestmark = pytest.mark.needs("preview")


@pytest.fixture
def open_beside_another(scenario, chat_of_two):
    """Two chats of ana and bo, and a tab of ana's with the first one open and live."""
    ana, bo, chat = chat_of_two
    other = scenario.chat(ana, bo, label="other")
    return bo, chat, other, scenario.tab(ana).open_conversation(chat.name)


def test_the_preview_of_the_open_chat_follows(scenario, open_beside_another):
    """What arrives in the chat that is open, and what is sent in it, stands beside its name too."""
    bo, chat, _, tab = open_beside_another
    # Twice: the first may still come with what a page reads when it has become live.
    for _ in range(2):
        tab.wait_last(chat.name, scenario.say(bo, chat))
    tab.open_conversation(chat.name)
    tab.send(mine := scenario.text("mine"))
    tab.wait_last(chat.name, mine)


def test_the_preview_of_another_chat_follows(scenario, open_beside_another):
    """What arrives in a chat that is not open stands beside its name, without leaving the one that is."""
    bo, _, other, tab = open_beside_another
    for _ in range(2):
        tab.wait_last(other.name, scenario.say(bo, other))
