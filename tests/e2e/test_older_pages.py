"""Older messages are read page by page, and rows come and go between two pages."""

from datetime import UTC, datetime

import pytest

from pgproof.browser.turning import turn

pytestmark = pytest.mark.needs("older")

MESSAGES = 130
DELETED = 3


@pytest.fixture
def long_read_chat(scenario, chat_of_two):
    """A chat of ana and bo with many messages of bo's, which ana has read, open in a tab of hers."""
    ana, bo, chat = chat_of_two
    texts = scenario.say_many(bo, chat, [scenario.text("long") for _ in range(MESSAGES)])
    scenario.read(ana, chat)
    tab = scenario.tab(ana).open_conversation(chat.name)
    tab.wait(lambda state: state.texts and state.texts[-1] == texts[-1], f"'{texts[-1]}' at the end", "message_text")
    return bo, chat, tab, texts


@pytest.mark.needs("deletion")
def test_deleting_meanwhile_leaves_no_gap(long_read_chat):
    """Who scrolls up after newer messages were deleted finds all older ones: no place in the list moved a page."""
    bo, chat, tab, texts = long_read_chat
    gone, left = texts[-DELETED:], texts[:-DELETED]
    now = datetime.now(UTC).isoformat()
    for text in gone:
        bo.api.update("chat_messages", {"deleted_at": now}, chat_id=f"eq.{chat.id}", message_text=f"eq.{text}")
    tab.wait(lambda state: state.texts and state.texts[-1] == left[-1], f"'{left[-1]}' at the end", "message_text")
    expect_all_on_the_way_up(tab, left)


def test_writing_meanwhile_repeats_nothing(scenario, long_read_chat):
    """Who scrolls up after new messages came finds every older one once."""
    bo, chat, tab, texts = long_read_chat
    texts = texts + [scenario.say(bo, chat) for _ in range(DELETED)]
    tab.wait(lambda state: state.texts and state.texts[-1] == texts[-1], f"'{texts[-1]}' at the end", "message_text")
    expect_all_on_the_way_up(tab, texts)


def expect_all_on_the_way_up(tab, texts):
    """Scroll up to the first message; what is shown has to be a part of these without a gap, at every step."""
    shown = tab.now().texts
    while True:
        first = texts.index(shown[0])
        assert shown == texts[first : first + len(shown)], (
            f"a gap, a duplicate or a wrong order: below '{shown[0]}' stand {shown[1:]}"
        )
        if first == 0:
            return
        shown = turn(tab, 0)
