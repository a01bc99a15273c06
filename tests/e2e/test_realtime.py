"""What one person sends appears at the other's, once and without a reload, in the chat and in the list."""

import pytest


@pytest.fixture
def scene(stage):
    """A chat of ana and bo."""
    ana, bo = stage.people("ana", "bo")
    return ana, bo, stage.chat(ana, bo)


def test_two_people_see_each_others_messages(stage, scene, expect_each_sees, picture):
    """What one sends, the other has; so has a listener that is no browser."""
    ana, bo, chat = scene
    stage.listen(bo, chat)
    expect_each_sees(chat, stage.side_by_side(chat, ana, bo))
    # A live project's list shows other people's conversations.
    if stage.target.administrator is not None:
        for tab in stage.tabs:
            picture(f"{stage.target.environment}, {tab.name}", tab.page.screenshot)


def test_the_list_follows(stage, scene):
    """A new message is beside its conversation's name, and the conversation is at the top."""
    ana, bo, chat = scene
    newer = stage.chat(ana, bo, label="newer")
    stage.say(bo, newer)
    names = [chat.name, newer.name]
    tab = stage.tab(ana).wait_live()
    tab.wait(lambda screen: [name for name in screen.names if name in names] == names[::-1], "both", "conversation")
    text = stage.say(bo, chat)
    tab.wait(lambda screen: screen.conversation(chat.name).last == text, f"'{text}' beside {chat.name}", "last_message")
    tab.wait(lambda screen: [name for name in screen.names if name in names] == names, "it at the top", "conversation")
