"""An input method, as for Japanese or Chinese, needs the Enter key for itself."""

import pytest

# As browsers tell a page of a key that the input method has taken.
_TAKEN = 229


@pytest.mark.needs("version 2")
def test_enter_during_composition_sends_nothing(scenario, chat_of_two):
    """Enter that chooses among a word's spellings sends no half of it; the Enter or click after it sends all of it."""
    ana, _, chat = chat_of_two
    tab = scenario.tab(ana).open_conversation(chat.name)
    composer = tab.visible("composer").first
    composer.click()
    words = scenario.text("word")
    tab.page.keyboard.type(words)
    tab.page.evaluate("addEventListener('keydown', (event) => (window.composed = event.isComposing), true)")
    keyboard = tab.page.context.new_cdp_session(tab.page)
    keyboard.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    for kind in ("rawKeyDown", "keyUp"):
        keyboard.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": _TAKEN},
        )
    assert tab.page.evaluate("window.composed"), "the browser did not say that the word is being composed"
    keyboard.send("Input.insertText", {"text": "日本"})
    tab.submit(words + "日本")
    scenario.wait_rows(chat, lambda rows: rows, "the message")
    tab.wait_idle()
    stored = [row.text for row in scenario.rows(chat)]
    assert stored == [words + "日本"], f"Enter during composition sent what was there: the database holds {stored}"
