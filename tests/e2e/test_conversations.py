"""Conversations a test made: in the right order, with last message and badge, and nothing goes wrong with them."""

import pytest


@pytest.fixture
def three_chats(scenario):
    """Ana's list of three chats: bo wrote last in the first, she herself in the second, nobody in the third."""
    ana, bo = scenario.people("ana", "bo")
    first, second, third = (scenario.chat(ana, bo, label=label) for label in ("first", "second", "third"))
    scenario.say(ana, second)
    last_of_second = scenario.say(ana, second)
    scenario.say(ana, first)
    scenario.say(bo, first)
    last_of_first = scenario.say(bo, first)
    return ana, [(first, last_of_first, "2"), (second, last_of_second, ""), (third, None, "")]


def own(state, expected):
    """Of the list, what the test made."""
    names = [chat.name for chat, _, _ in expected]
    return [each for each in state.conversations if each.name in names]


@pytest.mark.needs("newest")
def test_conversations_load_newest_first(scenario, three_chats):
    """The chat with the newest message is at the top, and one without any message below all that have one."""
    ana, expected = three_chats
    names = [chat.name for chat, _, _ in expected]
    scenario.tab(ana).wait(
        lambda state: [each.name for each in own(state, expected)] == names, f"{names}", "conversation"
    )


@pytest.mark.needs("preview")
def test_each_shows_its_last_message(scenario, three_chats):
    """The newest message stands beside the name."""
    ana, expected = three_chats
    lasts = {chat.name: last for chat, last, _ in expected if last}
    tab = scenario.tab(ana)
    tab.wait(
        lambda state: all((row := state.conversation(name)) and row.says(last) for name, last in lasts.items()),
        f"the last messages {[*lasts.values()]}",
        "last_message",
    )


@pytest.mark.needs("badge")
def test_the_badge_counts_what_is_unread(scenario, three_chats):
    """Messages of others that were not read are counted, one's own are not, and without any there is no badge."""
    ana, expected = three_chats
    badges = {chat.name: badge for chat, _, badge in expected}
    tab = scenario.tab(ana)
    tab.wait(
        lambda state: {each.name: each.unread for each in own(state, expected)} == badges,
        f"the badges {badges}",
        "badge",
    )


def test_loading_leaves_the_console_clean(scenario, three_chats):
    """No withRetry and no Error loading conversations in the console, no page error, no failed request."""
    ana, expected = three_chats
    first = expected[0][0]
    tab = scenario.tab(ana).open_conversation(first.name)
    tab.wait(lambda state: len(state.messages) == 3, "three messages", "message")
    tab.at_rest()
    tab.expect_clean()
