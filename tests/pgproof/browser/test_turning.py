"""A page may show a part of a long conversation: all of it counts as shown if one can turn up to its first message."""

import pytest

from connect import paths
from pgproof.browser import Tab
from pgproof.browser.frontend import read
from pgproof.browser.turning import turn
from pgproof.history import Kind, Recorder, Row, check
from pgproof.scrub import Scrubber

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"
TEXTS = [f"text {number}" for number in range(1, 25)]


@pytest.fixture
def long_tab(browser, site_of):
    """Opens a tab on a conversation of 24 messages, in a page that shows the last of them."""
    with browser.new_context() as context:
        address = site_of(PAGES)

        def open_it(ways, older=None):
            described = read(PAGES / "app.toml")
            selectors = described.selectors.model_copy(update={"older": older})
            described = described.model_copy(update={"path": f"/long.html?{ways}", "selectors": selectors})
            tab = Tab("ana's tab", context, described, address, Scrubber()).open()
            tab.open_conversation("Plans", live=False)
            tab.wait(lambda state: state.texts, "messages", "message")
            return tab

        yield open_it


def judged(tab, status):
    """What a history says of the tab, where all messages are stored with this status."""
    recorder = Recorder()
    recorder.existing(TEXTS)
    tab.tell(recorder, "Plans")
    recorder.stored(Row(text, seq, text, status) for seq, text in enumerate(TEXTS, 1))
    return check(recorder.history())


@pytest.mark.parametrize(("ways", "older"), [("keeps=sight", None), ("keeps=newest", "#more")])
def test_who_turns_up_sees_all_of_them(long_tab, ways, older):
    """Every message is found, one after the other, by scrolling or by a button; afterwards the end is shown again."""
    tab = long_tab(ways, older)
    assert tab.now().texts != TEXTS
    assert tab.wait_texts(TEXTS).texts == TEXTS
    assert tab.now().texts[-1] == TEXTS[-1]


@pytest.mark.parametrize("ways", ["keeps=sight&lacks=3", "keeps=newest&lacks=button", "keeps=newest&lacks=24"])
def test_what_nobody_can_turn_to_is_missing(long_tab, monkeypatch, ways):
    """One that is left out in the middle or at the end, or older ones without a way to them: the sentence names all."""
    tab = long_tab(ways)
    monkeypatch.setenv("CONNECT_TIME_UNIT", "0.1")
    with pytest.raises(AssertionError, match=r"ana's tab should show the messages \['text 1', ") as failed:
        tab.wait_texts(TEXTS)
    assert ("selectors.older" in str(failed.value)) is ("lacks=24" not in ways)


def test_where_there_is_room_nothing_is_out_of_sight(long_tab, monkeypatch):
    """What a page leaves out although all would fit counts as missing at once, even if it comes when one scrolls."""
    tab = long_tab("keeps=newest&lacks=button")
    tab.page.add_style_tag(content="main { overflow-y: visible; height: auto } .bubble { height: 20px }")
    tab.page.evaluate("addEventListener('wheel', () => { older = 24; draw(false) })")
    monkeypatch.setattr("pgproof.browser.turning.gather", lambda *_: pytest.fail("it was turned"))
    monkeypatch.setenv("CONNECT_TIME_UNIT", "0.1")
    with pytest.raises(AssertionError, match=r"should show the messages \['text 1', "):
        tab.wait_texts(TEXTS)


def test_what_is_out_of_sight_is_not_lost(long_tab):
    """A history has all messages once they were seen, also when their ticks change later; before, it lacks some."""
    tab = long_tab("keeps=sight")
    assert {each.kind for each in judged(tab, "sent").anomalies} == {Kind.EVENT_LOST}
    tab.wait_texts(TEXTS)
    tab.page.evaluate("app.mark('Read')")
    tab.wait(lambda state: state.messages[-1].status == "read", "the tick of the last message")
    tab.at_rest()
    assert judged(tab, "read").good, judged(tab, "read").lines()


def test_what_goes_in_sight_is_lost(long_tab):
    """A message that disappears between two that stay is missing, although it was seen before."""
    tab = long_tab("keeps=newest", "#more")
    tab.wait_texts(TEXTS)
    tab.page.evaluate("app.drop('text 20')")
    tab.wait(lambda state: "text 20" not in state.texts, "no message 20")
    assert [(each.kind, each.key) for each in judged(tab, "sent").anomalies] == [(Kind.EVENT_LOST, "text 20")]


def test_a_message_out_of_sight_is_turned_to(long_tab):
    """Once all were seen, each can be looked at: the first one, and the last one again."""
    tab = long_tab("keeps=sight")
    tab.wait_texts(TEXTS)
    for text in (TEXTS[0], TEXTS[-1]):
        assert tab.message(text).inner_text().startswith(text)


def test_a_button_that_cannot_be_clicked_is_told(long_tab, monkeypatch):
    """Where the way to older messages is covered, the sentence says so, with its selector."""
    tab = long_tab("keeps=newest", "#more")
    tab.page.add_style_tag(content="#more { pointer-events: none }")
    monkeypatch.setenv("CONNECT_TIME_UNIT", "0.1")
    with pytest.raises(AssertionError, match=r"could not click what leads to older .*selectors\.older, '#more"):
        turn(tab, 0)
