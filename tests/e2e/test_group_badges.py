"""In a group everybody has an unread count of their own."""

import pytest

from tests.e2e.asking import up_to_date


@pytest.mark.needs("badge")
def test_one_members_reading_clears_nobody_elses_badge(scenario):
    """Bo opens the group and his badge goes; carol's never falls, counts on, and is the same after a reload."""
    ana, bo, carol = scenario.people("ana", "bo", "carol")
    group = scenario.chat(ana, bo, carol)
    for _ in range(2):
        scenario.say(ana, group)
    tabs = {person.name: scenario.tab(person).wait_live() for person in (bo, carol)}
    for tab in tabs.values():
        tab.wait_badge(group.name, "2")
    tabs["bo"].open_conversation(group.name)
    tabs["bo"].wait_badge(group.name, "")
    scenario.wait_rows(group, lambda rows: {row.status for row in rows} == {"read"}, "both as read")
    scenario.say(ana, group)
    counts = [int(badge_of(state, group) or 0) for state in tabs["carol"].history]
    up_to_date(tabs["carol"]).wait_badge(group.name, "3")
    if tabs["carol"].log.asks_for_realtime:
        counts = [int(badge_of(state, group) or 0) for state in tabs["carol"].history]
    assert counts == sorted(counts), "it fell meanwhile"
    tabs["carol"].reload().wait_badge(group.name, "3")


def badge_of(state, chat):
    """Empty also where the chat is not in the list."""
    shown = state.conversation(chat.name)
    return "" if shown is None else shown.unread
