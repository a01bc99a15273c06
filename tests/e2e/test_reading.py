"""Read is what somebody can have seen: not what came below what they look at, nor what came to a hidden tab."""

import pytest

from pgproof.timing import eventually

MESSAGES = 80
# Seconds in which a page that is going to report a message as read has done so, also one that collects its reports.
SOON = 1

# A browser without windows hides no tab, so the page is told that it is hidden. What a browser does besides, such as
# slower timers, does not happen.
_HIDE = """(hidden) => {
  const state = hidden ? 'hidden' : 'visible'
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
  document.hasFocus = () => !hidden
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  window.dispatchEvent(new Event(hidden ? 'blur' : 'focus'))
}"""


@pytest.mark.needs("older")
@pytest.mark.needs("version 2")
def test_what_arrives_below_is_not_read(scenario, chat_of_two, expect_unread):
    """Who has scrolled up has not read what comes in at the end; scrolled down again, they have."""
    ana, bo, chat = chat_of_two
    texts = scenario.say_many(bo, chat, [scenario.text("long") for _ in range(MESSAGES)])
    scenario.read(ana, chat)
    tab = scenario.tab(ana).open_conversation(chat.name)
    tab.wait(lambda state: state.texts and state.texts[-1] == texts[-1], f"'{texts[-1]}' at the end", "message_text")
    tab.wait_idle()
    tab.message(tab.now().texts[0]).evaluate("(message) => message.scrollIntoView()")
    tab.wait_idle()
    text = scenario.say(bo, chat, scenario.text("below"))
    expect_unread(chat, tab, text, "although ana had scrolled up")
    scroll_to_the_end(tab, text)
    scenario.wait_rows(chat, lambda rows: rows[-1].status == "read", "it as read, now that ana has scrolled down")


def scroll_to_the_end(tab, text):
    """Turn the wheel over the messages until the one with this text is in the window."""
    # Above it are the messages.
    box = tab.visible("composer").first.bounding_box()
    tab.page.mouse.move(box["x"] + box["width"] / 2, tab.page.viewport_size["height"] / 2)
    for _ in range(MESSAGES):
        tab.page.mouse.wheel(0, 2000)
        if text in tab.now().texts and is_in_window(tab, text):
            return


def is_in_window(tab, text):
    """Whether one sees the message without scrolling."""
    box = tab.message(text).bounding_box()
    return box is not None and box["y"] + box["height"] <= tab.page.viewport_size["height"]


@pytest.mark.needs("version 2")
def test_a_hidden_tab_reads_nothing(scenario, chat_of_two, expect_unread):
    """What arrives while the tab is in the background is unread until somebody looks at it again."""
    ana, bo, chat = chat_of_two
    tab = scenario.tab(ana).open_conversation(chat.name)
    first = scenario.say(bo, chat)
    scenario.wait_rows(chat, lambda rows: rows[0].status == "read", "the first one as read")
    tab.page.evaluate(_HIDE, True)
    # A call from before then marks whatever is there when it arrives.
    tab.wait_idle()
    text = scenario.say(bo, chat, scenario.text("behind"))
    expect_unread(chat, tab, text, "although the tab was hidden")
    tab.page.evaluate(_HIDE, False)
    tab.wait_texts([first, text])
    scenario.wait_rows(chat, lambda rows: rows[-1].status == "read", "it as read, now that ana looks at it")


@pytest.fixture
def expect_unread(scenario):
    """Fails if the newest message becomes read soon after the tab has been told of it."""

    def expect(chat, tab, text, although):
        def is_read():
            tab.now()
            return scenario.rows(chat)[-1].status == "read"

        # A page may show it in the chat, in the list, or not before somebody scrolls down.
        eventually(lambda: is_read() or text in tab.now().texts or shown_in_list(tab, text), 2)
        tab.wait_idle()
        assert not eventually(is_read, SOON), f"'{text}' was marked as read {although}"

    return expect


def shown_in_list(tab, text):
    """Whether a conversation has it beside its name."""
    return any(text in each.last for each in tab.now().conversations)
