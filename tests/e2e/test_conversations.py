"""Conversations a test made: in the right order, with last message and badge, and nothing goes wrong with them."""

import pytest


@pytest.fixture
def scene(stage):
    """Ana's list of three chats: bo wrote last in the first, she herself in the second, nobody in the third."""
    ana, bo = stage.people("ana", "bo")
    first, second, third = (stage.chat(ana, bo, label=label) for label in ("first", "second", "third"))
    stage.say(ana, second)
    last_of_second = stage.say(ana, second)
    stage.say(ana, first)
    stage.say(bo, first)
    last_of_first = stage.say(bo, first)
    return ana, [(first, last_of_first, "2"), (second, last_of_second, ""), (third, None, "")]


def own(screen, expected):
    """Of the list, what the test made."""
    names = [chat.name for chat, _, _ in expected]
    return [each for each in screen.conversations if each.name in names]


def test_conversations_load_newest_first(stage, scene):
    """The chat with the newest message is at the top, and one without any message below all that have one."""
    ana, expected = scene
    names = [chat.name for chat, _, _ in expected]
    stage.tab(ana).wait(
        lambda screen: [each.name for each in own(screen, expected)] == names, f"{names}", "conversation"
    )


def test_each_shows_its_last_message(stage, scene):
    """The newest message stands beside the name."""
    ana, expected = scene
    lasts = [last for _, last, _ in expected if last]
    tab = stage.tab(ana)
    tab.wait(
        lambda screen: [each.last for each in own(screen, expected)][: len(lasts)] == lasts,
        f"the last messages {lasts}",
        "last_message",
    )


def test_the_badge_counts_what_is_unread(stage, scene, needs):
    """Messages of others that were not read are counted, one's own are not, and none is no badge."""
    needs("badge")
    ana, expected = scene
    badges = [badge for _, _, badge in expected]
    tab = stage.tab(ana)
    tab.wait(lambda screen: [each.unread for each in own(screen, expected)] == badges, f"the badges {badges}", "badge")


def test_loading_leaves_the_console_clean(stage, scene):
    """No withRetry and no Error loading conversations in the console, no page error, no failed request."""
    ana, expected = scene
    first = expected[0][0]
    tab = stage.tab(ana).open_conversation(first.name)
    tab.wait(lambda screen: len(screen.messages) == 3, "three messages", "message")
    tab.at_rest()
    tab.expect_clean()
