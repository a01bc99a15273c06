"""How wide a message is and what lies beyond the first one is found on any page: of components, or empty at first."""

import pytest

from pgproof.browser import Tab
from pgproof.browser.frontend import Frontend
from pgproof.browser.turning import turn
from pgproof.scrub import Scrubber
from tests.e2e.reaching import reach

ABSENT = ["preview", "badge", "ticks", "reply", "optimistic", "pending", "connection", "alert", "flags"]
PARTS = {"conversation": "section", "conversation_name": "b", "own": ".me", "composer": "textarea"}
WORD = "W" * 400
# A message as a component, whose text is in a tree of its own; with a style for that text.
OF_COMPONENTS = """<chat-line></chat-line><textarea></textarea><script>
document.querySelector('chat-line').attachShadow({ mode: 'open' }).innerHTML = '<p style="STYLE">TEXT</p>'
</script>""".replace("TEXT", WORD)
# Its first messages come late, and before older ones there is nothing for a moment.
SKELETON = """<main style="height: 50px; overflow: auto"></main><textarea></textarea><script>
const main = document.querySelector('main')
const show = (texts) => {
  main.innerHTML = texts.map((each) => `<chat-line style="display: block; height: 40px">${each}</chat-line>`).join('')
}
setTimeout(() => {
  show(['third', 'fourth'])
  main.scrollTop = 40
  main.onscroll = () => {
    if (main.scrollTop) return
    main.onscroll = null
    show([])
    setTimeout(() => show(['first', 'second', 'third', 'fourth']), 200)
  }
}, 200)
</script>"""


@pytest.fixture
def tab_beside(browser, site_of, tmp_path):
    """Opens a tab on a page with this body, in a window of 800 pixels. text: the selector of a message's text."""
    contexts = []

    def open_tab(body, text="chat-line"):
        (tmp_path / "index.html").write_text(f"<!doctype html><meta charset=utf-8><body>{body}")
        told = {"name": "page of components", "path": "/index.html", "absent": ABSENT}
        selectors = {**PARTS, "message": "chat-line", "message_text": text}
        described = Frontend.model_validate(
            {**told, "sign_in": {"storage": [{"key": "session"}]}, "selectors": selectors}
        )
        contexts.append(context := browser.new_context(viewport={"width": 800, "height": 600}))
        return Tab("ana's tab", context, described, site_of(tmp_path), Scrubber()).open()

    yield open_tab
    for context in contexts:
        context.close()


@pytest.mark.parametrize("text", ["chat-line", "p"], ids=["the component", "a part of it"])
@pytest.mark.parametrize(
    ("style", "fits"), [("", False), ("overflow-wrap: anywhere", True), ("overflow-x: auto", True)]
)
def test_a_text_in_a_shadow_tree_is_measured(tab_beside, text, style, fits):
    """It reaches beyond the window, or is wrapped, or scrolls within the message."""
    left, right = reach(tab_beside(OF_COMPONENTS.replace("STYLE", style), text), WORD)
    assert left >= 0
    assert (right <= 800) is fits


def test_a_screen_without_messages_is_waited_for(tab_beside):
    """What is beyond the first message is there once the page shows messages again."""
    assert turn(tab_beside(SKELETON), 0) == ["first", "second", "third", "fourth"]
