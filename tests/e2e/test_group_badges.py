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
        tab.wait_badge(group.name, "2")
    tabs["bo"].open_conversation(group.name)
    tabs["bo"].wait_badge(group.name, "")
    stage.wait_rows(group, lambda rows: {row.status for row in rows} == {"read"}, "both as read")
    stage.say(ana, group)
    tabs["carol"].wait_badge(group.name, "3")
    counts = [int(badge_of(screen, group) or 0) for screen in tabs["carol"].history]
    assert counts == sorted(counts), "it fell meanwhile"
    tabs["carol"].reload().wait_badge(group.name, "3")


def badge_of(screen, chat):
    """Empty also where the chat is not in the list."""
    shown = screen.conversation(chat.name)
    return "" if shown is None else shown.unread
