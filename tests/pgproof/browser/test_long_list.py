"""A list that comes in parts, or keeps only the rows in sight, is read to its end."""

import pytest

from pgproof.browser import Tab, long_list
from pgproof.browser.frontend import Frontend
from pgproof.scrub import Scrubber

# Rows of 20 pixels in a list of 100; so many come at first, and as many at each end, or only those in sight are kept.
PAGE = """<!doctype html><meta charset=utf-8>
<style>nav { height: 100px; width: 200px; overflow-y: auto } section { height: 20px }</style>
<nav></nav><textarea hidden></textarea>
<script>
  const { all, part, windowed } = SETTINGS
  const nav = document.querySelector('nav')
  let count = part
  const row = (n) => `<section onclick="document.querySelector('textarea').hidden = false"><b>chat ${n}</b></section>`
  const draw = () => {
    const first = windowed ? Math.floor(nav.scrollTop / 20) : 0
    const end = windowed ? Math.min(first + 6, all) : count
    const rows = [...Array(end - first).keys()].map((n) => row(first + n)).join('')
    const gap = (rows) => `<div style="height: ${rows * 20}px"></div>`
    nav.innerHTML = windowed ? gap(first) + rows + gap(all - end) : rows
  }
  nav.onscroll = () => {
    if (windowed) return draw()
    if (nav.scrollTop + nav.clientHeight < nav.scrollHeight - 1 || count === all) return
    setTimeout(() => { count = Math.min(count + part, all); draw() }, 30)
  }
  draw()
</script>"""


@pytest.fixture
def listed_tab(browser, site_of, tmp_path):
    """Opens a tab on the page with these settings."""
    contexts = []

    def open_tab(**settings):
        import json

        (tmp_path / "index.html").write_text(PAGE.replace("SETTINGS", json.dumps(settings)))
        described = Frontend.model_validate(
            {
                "name": "a long list",
                "path": "/index.html",
                "sign_in": {"storage": [{"key": "session"}]},
                "selectors": {
                    **{"conversation": "section", "conversation_name": "b", "message": ".m", "message_text": ".t"},
                    **{"own": ".me", "composer": "textarea"},
                },
                "absent": [
                    "badge",
                    "ticks",
                    "reply",
                    "optimistic",
                    "pending",
                    "connection",
                    "alert",
                    "flags",
                    "preview",
                ],
            }
        )
        contexts.append(browser.new_context())
        return Tab("ana's tab", contexts[-1], described, site_of(tmp_path), Scrubber()).open()

    yield open_tab
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    "settings",
    [{"all": 23, "part": 8}, {"all": 23, "windowed": True}, {"all": 3, "part": 3}],
    ids=["in-parts", "only-in-sight", "short"],
)
def test_a_list_is_gathered_to_its_end(listed_tab, settings):
    """Each conversation once, from top to bottom, however the page comes by it."""
    tab = listed_tab(**settings)
    tab.visible("conversation")
    assert [each.name for each in long_list.gathered(tab)] == [f"chat {n}" for n in range(settings["all"])]


def test_a_conversation_further_down_is_opened(listed_tab):
    """It is scrolled to, as a person would; one that is not there is not waited for without end."""
    tab = listed_tab(all=23, part=8).open_conversation("chat 20", live=False)
    assert tab.now().composer
    with pytest.raises(AssertionError, match="should show a conversation 'chat 23' in the list"):
        tab.open_conversation("chat 23", live=False)
