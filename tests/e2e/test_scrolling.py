"""A long conversation is read from its end, page by page, by who scrolls up."""

import pytest

from pgproof.browser.turning import ask, turn
from pgproof.timing import eventually

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


def is_run_of(texts, state):
    """Whether a screen's messages follow one another: a page may keep no more than those in sight."""
    start = texts.index(state.texts[0]) if state.texts and state.texts[0] in texts else 0
    return state.texts == texts[start : start + len(state.texts)]


def test_scrolling_up_shows_all_messages_in_order(scenario, long_chat):
    """Every page of older messages joins the one before, until the first message of all; each state is without gap."""
    _, tab, texts, _, chat = long_chat
    shown = tab.wait(shows_the_end_of(texts), "the newest messages", "message_text").texts
    seen = [*shown]
    while shown[0] != texts[0]:
        oldest = shown[0]
        shown = turn(tab, 0)
        older = shown[: shown.index(oldest)] if oldest in shown else shown
        seen = [*older, *seen]
        assert seen == texts[-len(seen) :], f"a gap, a duplicate or a wrong order above '{oldest}'"
    if shown == texts:
        assert all(shows_the_end_of(texts)(state) for state in tab.history if state.texts)
        tab.at_rest()
        scenario.expect_good(chat)
        return
    # The page keeps what is in sight only: the way back leads to the end again.
    while shown[-1] != texts[-1]:
        shown = turn(tab, -1)
    assert not [state.texts for state in tab.history if not is_run_of(texts, state)]


def test_the_position_is_kept(scenario, long_chat):
    """What one reads stays where it is when older messages come in above it, and when a new one comes in below."""
    line, tab, texts, bo, chat = long_chat
    shown = tab.wait(shows_the_end_of(texts), "the newest messages", "message_text").texts
    held = line.hold("GET", "chat_messages")
    while not held.any:
        oldest = shown[0]
        if oldest == texts[0]:
            pytest.skip("not applicable: the page has all messages before one scrolls up")
        tab.message(oldest).evaluate("(message) => message.scrollIntoView({ block: 'end' })")
        ask(tab)
        assert eventually(lambda first=oldest: held.any or tab.now().texts[:1] not in ([], [first]), 5), (
            f"nothing above '{oldest}'"
        )
        shown = tab.now().texts or shown
    reading = tab.message(shown[0])
    before = reading.bounding_box()["y"]
    held.let_go()
    tab.wait(lambda state: state.texts and state.texts[0] != shown[0], "older messages")
    assert reading.bounding_box()["y"] == pytest.approx(before, abs=SLACK)
    scenario.say(bo, chat, later := scenario.text("later"))
    tab.wait(lambda state: state.texts and state.texts[-1] == later, f"'{later}' at the end")
    assert reading.bounding_box()["y"] == pytest.approx(before, abs=SLACK)
