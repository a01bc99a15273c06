"""What one does on another device, or in another tab, is seen in each tab of one's own."""

import pytest


@pytest.mark.needs("badge")
def test_what_is_read_elsewhere_has_no_badge(scenario):
    """In a group, where somebody else has read it all before, opening it in one tab clears the badge in the other."""
    ana, bo, carol = scenario.people("ana", "bo", "carol")
    group = scenario.chat(ana, bo, carol)
    for _ in range(2):
        scenario.say(ana, group)
    scenario.read(carol, group)
    list_tab = scenario.live_list(bo)
    list_tab.wait_badge(group.name, "2")
    list_tab.wait_idle()
    scenario.tab(bo).open_conversation(group.name)
    list_tab.wait_badge(group.name, "")


@pytest.mark.needs("preview")
def test_who_left_a_chat_elsewhere_has_lost_it(scenario, chat_of_two):
    """Somebody who is not a member any more has neither the conversation in the list nor a message on the screen."""
    ana, bo, chat = chat_of_two
    other = scenario.chat(ana, bo, label="other")
    text = scenario.say(ana, chat)
    open_tab, list_tab = scenario.tab(bo).open_conversation(chat.name), scenario.live_list(bo)
    open_tab.wait_texts([text])
    list_tab.wait(lambda state: {chat.name, other.name} <= set(state.names), "both conversations", "conversation")
    list_tab.wait_idle()
    if not bo.api.delete("chat_participants", chat_id=f"eq.{chat.id}", user_id=f"eq.{bo.id}"):
        pytest.skip("not applicable: the project lets nobody leave a chat")
    open_tab.wait(lambda state: text not in state.texts, f"'{text}' no more")
    for tab in (list_tab, open_tab):
        tab.to_list()
        tab.wait(lambda state: chat.name not in state.names and other.name in state.names, f"'{chat.name}' no more")
    # What is said to those who are left comes after all that was told before.
    later = scenario.say(ana, chat, scenario.text("without bo"))
    list_tab.wait_last(other.name, scenario.say(ana, other))
    for tab in (list_tab, open_tab):
        seen = [
            state for state in tab.history if later in state.texts or later in [c.last for c in state.conversations]
        ]
        assert not seen, f"{tab.name} shows what was said after bo had left"
