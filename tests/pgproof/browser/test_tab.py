"""A tab acts on any page that is described, and sees what a person could see of it: all of it, and nothing else."""

import pytest

from connect import paths
from pgproof.browser import NothingMatches, Tab, frontend
from pgproof.scrub import Scrubber

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"
PLANS = "shall we?"


@pytest.fixture
def tab_of(browser, site_of):
    """Opens a tab on the example, whose owner is signed in unless told otherwise. Keywords: of the context."""
    address = site_of(PAGES)
    contexts = []

    def open_tab(described=None, signed_in=True, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        if signed_in:
            context.add_init_script("localStorage.setItem('who', 'ana')")
        return Tab("ana's tab", context, described or frontend.read(PAGES / "app.toml"), address, Scrubber())

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def plans(tab_of):
    """A tab with the conversation Plans open, and its message there."""
    tab = tab_of().open().open_conversation("Plans", live=False)
    tab.wait_texts([PLANS])
    return tab


def changed(**selectors):
    """The example's description with other selectors."""
    read = frontend.read(PAGES / "app.toml")
    return read.model_copy(update={"selectors": read.selectors.model_copy(update=selectors)})


@pytest.mark.parametrize("width", [1200, 400])
def test_only_the_visible_layout_counts(tab_of, width):
    """Of two layouts in one page a message is seen once, whichever the window shows."""
    tab = tab_of(viewport={"width": width, "height": 700}).open().open_conversation("Plans", live=False)
    tab.send("at nine")
    shown = tab.wait_texts([PLANS, "at nine"])
    assert [message.own for message in shown.messages] == [False, True]
    assert shown.names == ["Plans", "Old times"]


def test_a_conversation_has_name_last_message_and_badge(tab_of):
    """What is missing is an empty text."""
    shown = tab_of().open().wait(lambda state: state.conversations, "conversations")
    assert [(each.name, each.last, each.unread) for each in shown.conversations] == [
        ("Plans", PLANS, "1"),
        ("Old times", "", ""),
    ]


@pytest.mark.parametrize("key", ["conversation", "composer", "send"])
def test_a_selector_that_matches_nothing_is_named_at_once(tab_of, key, monkeypatch):
    """The sentence says key, selector and address; nothing waits for a time-out."""
    for module in ("acting", "view"):
        monkeypatch.setattr(f"pgproof.browser.{module}.SECONDS", 100_000)
    tab = tab_of(changed(**{key: ".nowhere"})).open()
    with pytest.raises(AssertionError, match=rf"selectors\.{key} of an app without test ids, '\.nowhere',.*app\.html"):
        tab.open_conversation("Plans", live=False).send("at nine")


def test_nothing_matches_says_whose_tab(tab_of):
    """With several tabs it matters which one."""
    with pytest.raises(NothingMatches, match=r"matches nothing visible at http.*ana's tab"):
        tab_of(changed(composer=".wide textarea.old")).open().visible("composer")


def test_what_is_shown_instead_is_told(plans):
    """A wait that fails says what it waited for and what is there."""
    with pytest.raises(
        AssertionError, match=r"ana's tab should show the messages \['none'\].*it shows \['shall we\?'\]"
    ):
        plans.wait(lambda state: state.texts == ["none"], "the messages ['none']", seconds=0.3)


def test_a_duplicate_that_goes_away_was_seen(plans):
    """A message that stood there twice for a moment is in the recording."""
    plans.page.evaluate("app.say('twice'); app.say('twice')")
    plans.wait(lambda state: len(state.of("twice")) == 2, "it twice")
    plans.page.evaluate("app.drop('twice'); app.say('twice')")
    plans.wait_texts([PLANS, "twice"])
    assert max(len(state.of("twice")) for state in plans.history) == 2


def test_what_came_and_went_within_a_frame_was_not_seen(plans):
    """Nobody could see it."""
    plans.page.evaluate("app.say('ghost'); app.drop('ghost'); app.say('real')")
    plans.wait_texts([PLANS, "real"])
    assert not any(state.of("ghost") for state in plans.history)


def test_a_wait_is_for_what_was_there_for_a_moment_too(plans):
    """What was shown and taken back before the test looked still counts as shown."""
    plans.page.evaluate("app.say('brief'); setTimeout(() => { app.drop('brief'); app.say('after') }, 150)")
    plans.wait(lambda state: state.of("after"), "what comes after it")
    assert any(state.of("brief") for state in plans.history)


def test_every_status_was_seen_in_its_order(plans):
    """The recording holds each tick that was shown."""
    plans.send("ticking")
    plans.wait(lambda state: state.of("ticking"), "it")
    plans.page.evaluate("app.mark('ticking', 'Delivered')")
    plans.wait(lambda state: state.of("ticking")[0].status == "delivered", "it delivered")
    plans.page.evaluate("app.mark('ticking', 'Read')")
    plans.wait(lambda state: state.of("ticking")[0].status == "read", "it read")
    seen = [message.status for state in plans.history for message in state.of("ticking")]
    assert list(dict.fromkeys(seen)) == ["sent", "delivered", "read"]


def test_the_recording_goes_on_after_a_reload(plans):
    """A reload is seen as an empty page, and what comes after it as new frames."""
    before = len(plans.recording)
    plans.reload().wait(lambda state: state.conversations, "conversations")
    assert plans.recording[before].state.texts == []
    assert plans.recording[before].opened != plans.recording[before - 1].opened
    assert plans.recording[-1].at > plans.recording[before].at > plans.recording[before - 1].at


def test_a_reply_quotes_what_it_answers(plans):
    """The answered message's text is what the answer quotes, and each is found by its own text."""
    plans.reply(PLANS, "gladly")
    shown = plans.wait_texts([PLANS, "gladly"])
    assert shown.of("gladly")[0].quote == PLANS
    assert "shall we" in plans.message(PLANS).inner_text()
    assert "gladly" not in plans.message(PLANS).inner_text()


def test_the_form_signs_in(tab_of):
    """Fields and button are found by the description."""
    tab = tab_of(signed_in=False).open()
    tab.sign_in("ana@example.com", "secret")
    tab.wait(lambda state: state.names == ["Plans", "Old times"], "the conversations")


# What a router says of each new page, to screen readers alone, and what everybody sees.
ANNOUNCER = """<p role="alert" style="position: absolute; width: 1px; height: 1px; overflow: hidden">
Ana's chats</p>"""
ERROR = '<p role="alert">Try again later</p>'


def test_what_only_a_screen_reader_says_is_no_alert(tab_of):
    """An announcer of one pixel has the role of an alert, and is none; beside it a visible one is found."""
    tab = tab_of(changed(alert="[role=alert]")).open()
    tab.page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", ANNOUNCER)
    tab.open_conversation("Plans", live=False).wait_texts([PLANS])
    tab.expect_clean()
    tab.page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", ERROR)
    tab.wait(lambda state: state.alert, "an alert")
    with pytest.raises(AssertionError, match="showed an alert: 'Try again later'"):
        tab.expect_clean()
