"""A page is read as a person sees it, however it is made: by position, in shadow trees, and in its own time."""

import pytest

from connect import paths
from pgproof.browser import NothingMatches, Tab, frontend
from pgproof.browser.page_state import Conversation
from pgproof.scrub import Scrubber

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"


@pytest.fixture
def page_read(browser, site_of):
    """Opens a tab on one of the pages. selectors: that differ from those of the example's description."""
    address = site_of(PAGES)
    contexts = []

    def open_tab(page, width=1000, wait_after_open=None, **selectors):
        read = frontend.read(PAGES / "app.toml")
        contexts.append(context := browser.new_context(viewport={"width": width, "height": 700}))
        context.add_init_script("localStorage.setItem('who', 'ana')")
        changed = {"selectors": read.selectors.model_copy(update=selectors), "path": page}
        described = read.model_copy(update={**changed, "wait_after_open": wait_after_open})
        return Tab("ana's tab", context, described, address, Scrubber()).open()

    yield open_tab
    for context in contexts:
        context.close()


def style(tab, text):
    """Adds a style sheet to the page."""
    tab.page.evaluate(
        "text => document.head.append(Object.assign(document.createElement('style'), {textContent: text}))", text
    )


def test_messages_are_in_the_order_on_the_screen(page_read):
    """Where a style turns the document's order around, the lowest is the last; and each is still found by its text."""
    tab = page_read("/app.html").open_conversation("Plans", live=False)
    tab.page.evaluate("app.say('second'); app.say('third')")
    tab.wait_texts(["shall we?", "second", "third"])
    style(tab, "main { display: flex; flex-direction: column-reverse }")
    tab.wait_texts(["third", "second", "shall we?"])
    assert "shall we?" in tab.message("shall we?").inner_text()


def test_conversations_are_in_the_order_on_the_screen(page_read):
    """Pinned by a style, one stands above the others, and a click on its name opens it."""
    tab = page_read("/app.html")
    tab.wait(lambda state: state.names == ["Plans", "Old times"], "both")
    style(tab, ".wide { display: flex; flex-direction: column } .thread:nth-child(2) { order: -1 }")
    tab.wait(lambda state: state.names == ["Old times", "Plans"], "the other way round")
    tab.open_conversation("Old times", live=False)
    assert tab.now().texts == []


def test_a_conversation_is_opened_by_its_whole_name(page_read):
    """One whose last message or longer name contains it too is another."""
    tab = page_read("/app.html")
    tab.wait(lambda state: state.names, "the list")
    tab.page.evaluate(
        "threads.unshift({ title: 'No Plans', bubbles: [{ body: 'Plans', from: 'them' }], news: 0 }); draw()"
    )
    tab.wait(lambda state: len(state.names) == 3, "three")
    tab.open_conversation("Plans", live=False).wait_texts(["shall we?"])


def test_shadow_trees_are_seen(page_read):
    """Of the markup, of a script, attached later, and with slots: names and texts are read, and clicks arrive."""
    tab = page_read("/roots.html")
    tab.wait(lambda state: state.names == ["Plans", "Old times"], "the list")
    tab.open_conversation("Plans", live=False).wait_texts(["shall we?"])
    tab.page.evaluate("panel.classList.add('ready')")
    tab.send("at nine")
    tab.wait_texts(["shall we?", "at nine"])


def test_waiting_begins_with_the_click(page_read):
    """What a page does some time after a click is waited for, however long it was at rest before."""
    tab = page_read("/roots.html")
    tab.wait(lambda state: state.names, "the list")
    tab.page.wait_for_function("performance.now() > 1500")
    tab.open_conversation("Plans", live=False)
    assert tab.now().composer


def test_a_conversation_is_open_when_its_title_says_so(page_read):
    """The writing may be there before; what is shown until then does not count as seen in the conversation."""
    tab = page_read("/roots.html", open_conversation_name="h2").open_conversation("Plans", live=False)
    assert tab.now().title == "Plans (2)"
    assert any(state.composer and not state.title for state in tab.history)


def test_nothing_is_done_in_a_conversation_before_it_can_be_used(page_read):
    """A page that says when it is ready is believed."""
    tab = page_read("/roots.html", wait_after_open="chat-panel.ready").open_conversation("Plans", live=False)
    tab.send("at nine")
    tab.wait_texts(["shall we?", "at nine"])


def test_a_selector_that_never_matches_after_opening_is_named(page_read):
    """The key is the one to be corrected."""
    with pytest.raises(NothingMatches, match=r"wait_after_open.*'\.nowhere'"):
        page_read("/roots.html", wait_after_open=".nowhere").open_conversation("Plans", live=False)


@pytest.mark.parametrize(
    ("last", "text", "says"),
    [
        ("at nine", "at nine", True),
        ("You: at nine", "at nine", True),
        ("Ana › at  nine".replace("  ", " "), "at\nnine", True),
        ("You: at nine", "at ten", False),
        ("You: at nine 12", "at nine 1", False),
        ("combat nine", "at nine", False),
        ("at nine (edited)", "at nine", False),
        ("", "", False),
    ],
)
def test_a_preview_says_the_last_message_after_words_of_its_own(last, text, says):
    """A prefix is the page's; another message, part of a word or something behind it is not."""
    assert Conversation("Plans", last, "").says(text) is says
