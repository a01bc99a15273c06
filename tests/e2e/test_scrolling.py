"""A long conversation is read from its end, page by page, by who scrolls up."""

import pytest

pytestmark = pytest.mark.needs("older")

MESSAGES = 500
# Of a pixel less than one, which nobody sees; a page that puts messages in between rounds.
SLACK = 2


@pytest.fixture
def long_chat(scenario, chat_of_two, network):
    """A chat of ana and bo with many messages, open in a tab of ana's; and the line it goes through."""
    ana, bo, chat = chat_of_two
    texts = scenario.say_many(bo, chat, [scenario.text("long") for _ in range(MESSAGES)])
    # What a page marks as read its tabs hear of, message by message.
    scenario.read(ana, chat)
    line = network(ana)
    return line, scenario.tab(ana).open_conversation(chat.name), texts, bo, chat


def shows_the_end_of(texts):
    """Whether a screen's messages are the last ones, without a gap, a duplicate or one in the wrong place."""
    return lambda state: state.texts and state.texts == texts[-len(state.texts) :]


def test_scrolling_up_shows_all_messages_in_order(scenario, long_chat):
    """Every page of older messages joins the one before, until the first message of all; each state is without gap."""
    _, tab, texts, _, chat = long_chat
    shown = tab.wait(shows_the_end_of(texts), "the newest messages", "message_text")
    while shown.texts[0] != texts[0]:
        oldest = shown.texts[0]
        tab.visible("message").first.scroll_into_view_if_needed()
        shown = wait_older(tab, oldest)
        assert shows_the_end_of(texts)(shown), f"a gap, a duplicate or a wrong order above '{oldest}'"
    assert shown.texts == texts
    for state in tab.history:
        assert not state.texts or shows_the_end_of(texts)(state)
    tab.at_rest()
    scenario.expect_good(chat)


def wait_older(tab, than):
    """Until something is above this text."""
    return tab.wait(lambda state: state.texts and state.texts[0] != than, f"messages older than '{than}'")


def test_the_position_is_kept(scenario, long_chat):
    """What one reads stays where it is when older messages come in above it, and when a new one comes in below."""
    line, tab, texts, bo, chat = long_chat
    shown = tab.wait(shows_the_end_of(texts), "the newest messages", "message_text")
    if shown.texts[0] == texts[0]:
        pytest.skip("not applicable: the page loads all messages at once")
    reading = tab.visible("message").filter(has_text=shown.texts[0]).first
    held = line.hold("GET", "chat_messages")
    with tab.page.expect_request(lambda request: "/rest/v1/chat_messages" in request.url):
        reading.scroll_into_view_if_needed()
    before = reading.bounding_box()["y"]
    count = len(shown.texts)
    held.let_go()
    shown = tab.wait(lambda state: len(state.texts) > count, "older messages")
    assert reading.bounding_box()["y"] == pytest.approx(before, abs=SLACK)
    scenario.say(bo, chat, later := scenario.text("later"))
    tab.wait(lambda state: state.texts[-1] == later, f"'{later}' at the end")
    assert reading.bounding_box()["y"] == pytest.approx(before, abs=SLACK)
