"""What one person sends appears at the other's, once and without a reload, in the chat and in the list."""

import pytest


def test_two_people_see_each_others_messages(scenario, chat_of_two, expect_each_sees, picture):
    """What one sends, the other has; so has a listener outside the browser."""
    ana, bo, chat = chat_of_two
    scenario.listen(bo, chat)
    expect_each_sees(chat, scenario.side_by_side(chat, ana, bo))
    # A live project's list shows other people's conversations.
    if scenario.target.administrator is not None:
        for tab in scenario.tabs:
            picture(f"{scenario.target.environment}, {tab.name}", tab.page.screenshot)


@pytest.mark.needs("preview")
def test_the_list_follows(scenario, chat_of_two, frontend):
    """A new message is beside its conversation's name, and the conversation is at the top if the newest is."""
    ana, bo, chat = chat_of_two
    newer = scenario.chat(ana, bo, label="newer")
    said = scenario.say(bo, newer)
    tab = scenario.live_list(ana)
    expect_in_the_list(tab, [newer.name, chat.name], said, frontend.order)
    # The first may still come with the list that a page reads when it has become live.
    for order in ([chat, newer], [newer, chat]):
        expect_in_the_list(tab, [each.name for each in order], scenario.say(bo, order[0]), frontend.order)


def expect_in_the_list(tab, names, text, order):
    """Of these conversations the first has this text beside it, and stands above the others if the newest does."""
    tab.wait_last(names[0], text)
    if order == "newest":
        tab.wait(
            lambda state: [each for each in state.names if each in names] == names, "it at the top", "conversation"
        )
