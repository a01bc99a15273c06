"""In a group everybody has an unread count of their own."""


def test_one_members_reading_clears_nobody_elses_badge(stage, needs):
    """Bo opens the group and his badge goes; carol's never falls, counts on, and is the same after a reload."""
    needs("badge")
    ana, bo, carol = stage.people("ana", "bo", "carol")
    group = stage.chat(ana, bo, carol)
    for _ in range(2):
        stage.say(ana, group)
    tabs = {person.name: stage.tab(person).wait_live() for person in (bo, carol)}
    for tab in tabs.values():
        expect_badge(tab, group, "2")
    tabs["bo"].open_conversation(group.name)
    expect_badge(tabs["bo"], group, "")
    stage.wait_rows(group, lambda rows: {row.status for row in rows} == {"read"}, "both as read")
    stage.say(ana, group)
    expect_badge(tabs["carol"], group, "3")
    counts = [int(badge_of(screen, group) or 0) for screen in tabs["carol"].history]
    assert counts == sorted(counts), "it fell meanwhile"
    expect_badge(tabs["carol"].reload(), group, "3")


def expect_badge(tab, chat, badge):
    """Wait for it; empty: for none beside the chat."""
    tab.wait(
        lambda screen: chat.name in screen.names and badge_of(screen, chat) == badge,
        f"the badge '{badge}' at {chat.name}",
        "badge" if badge else None,
    )


def badge_of(screen, chat):
    """Empty also where the chat is not in the list."""
    shown = screen.conversation(chat.name)
    return "" if shown is None else shown.unread
