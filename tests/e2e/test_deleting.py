"""A message that is deleted stays a row, and nobody sees it any more."""

from datetime import UTC, datetime

import pytest

from tests.e2e.asking import up_to_date

pytestmark = pytest.mark.needs("deletion")


def delete(person, chat, text):
    """As any client of its sender's would."""
    now = datetime.now(UTC).isoformat()
    changed = person.api.update(
        "chat_messages", {"deleted_at": now}, chat_id=f"eq.{chat.id}", message_text=f"eq.{text}"
    )
    assert len(changed) == 1


@pytest.fixture
def three_messages(scenario, chat_of_two):
    """Three messages of ana's to bo."""
    ana, bo, chat = chat_of_two
    return ana, bo, chat, [scenario.say(ana, chat) for _ in range(3)]


def test_a_deleted_message_disappears_in_every_tab(scenario, three_messages):
    """It goes from all tabs of both without a reload, is not there after one, and the others stay in order."""
    ana, bo, chat, (first, deleted, last) = three_messages
    tabs = [scenario.tab(person).open_conversation(chat.name) for person in (ana, ana, bo)]
    for tab in tabs:
        tab.wait_texts([first, deleted, last])
    delete(ana, chat, deleted)
    for again in (False, True):
        for tab in tabs:
            if again:
                tab.reload().reopen(chat.name)
            tab.wait_texts([first, last])
            tab.at_rest()
    scenario.expect_good(chat)


def test_it_stays_gone(scenario, three_messages):
    """No message that comes later brings it back, and neither does a change of its own row."""
    ana, bo, chat, (first, deleted, last) = three_messages
    tab = scenario.tab(bo).open_conversation(chat.name)
    tab.wait_texts([first, deleted, last])
    delete(ana, chat, deleted)
    tab.wait_texts([first, last])
    since = len(tab.history)
    delete(ana, chat, deleted)
    later = scenario.say(ana, chat)
    tab.wait_texts([first, last, later])
    tab.reload().reopen(chat.name).wait_texts([first, last, later])
    assert not [state.texts for state in tab.history[since:] if deleted in state.texts]


@pytest.mark.needs("badge")
def test_it_is_not_counted_as_unread(scenario, three_messages):
    """The badge of who has not read them falls by one for each, and is the same after a reload."""
    ana, bo, chat, texts = three_messages
    tab = scenario.tab(bo).wait_live()
    tab.wait_badge(chat.name, "3")
    # Twice: the first may still be noticed by what the page asked for when it became live.
    for deleted, left in zip(texts, ("2", "1"), strict=False):
        delete(ana, chat, deleted)
        up_to_date(tab).wait_badge(chat.name, left)
    tab.reload().wait_badge(chat.name, "1")


@pytest.mark.needs("preview")
def test_the_list_shows_the_one_before_it(scenario, three_messages):
    """A deleted last message is not beside the conversation's name any more, nor after a reload."""
    ana, bo, chat, (_, before, deleted) = three_messages
    tab = scenario.tab(bo).wait_live()
    tab.wait_last(chat.name, deleted)
    delete(ana, chat, deleted)
    up_to_date(tab).wait_last(chat.name, before)
    tab.reload().wait_last(chat.name, before)
