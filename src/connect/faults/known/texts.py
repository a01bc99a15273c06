"""Faults of what a message's text does to the page."""

from connect.faults import SENDING_ONCE, fault
from connect.faults.policy import WithoutPolicy
from connect.faults.scripts import script

_TEXT = "this.#text.textContent = entry.text;"

FAULTS = (
    fault(
        "text-as-markup",
        "the text of a message is put on the page as HTML",
        script("messageView.js", (_TEXT, "this.#text.innerHTML = entry.text;")),
        by="test_texts.py::test_each_is_shown_as_it_was_written",
        saying="should show the messages",
        spares=SENDING_ONCE,
    ),
    fault(
        "markup-runs-unseen",
        "the text is shown as it is, and taken apart as HTML in an element that nobody sees; no policy forbids it",
        WithoutPolicy(),
        script("messageView.js", (_TEXT, f"{_TEXT} document.createElement('div').innerHTML = entry.text;")),
        by="test_texts.py::test_each_is_sent_as_it_was_written",
        saying="ran as a script|became an element",
        spares=SENDING_ONCE,
    ),
    fault(
        "text-cut",
        "a long message is cut at 1,000 characters when it is sent",
        script("service.js", ("message_text: pending.text,", "message_text: pending.text.slice(0, 1000),")),
        by="test_texts.py::test_a_very_long_text_is_sent_whole_or_not",
        saying="stored in part",
        spares=SENDING_ONCE,
    ),
    fault(
        "long-words-overflow",
        "a word that is wider than the window is not broken",
        script("messageView.js", (_TEXT, f"{_TEXT} this.#text.style.whiteSpace = 'pre';")),
        by="test_texts.py::test_no_text_breaks_the_page",
        saying="reaches beyond",
        spares=SENDING_ONCE,
    ),
    fault(
        "composer-pushed-out",
        "the messages take the place that they need, and where one writes is below the window",
        script(
            "messageView.js",
            (_TEXT, f"{_TEXT} this.#text.style.display = 'block'; document.body.style.cssText = 'display: block';"),
        ),
        script(
            "openChat.js",
            (
                "    this.pendingChanged();\n    this.#feed.start();",
                "    this.pendingChanged();\n    this.#feed.start();\n    const all = document.querySelectorAll('#root,"
                " .app, .panes, .pane, .chat, .log-frame, .log');\n    for (const each of all)"
                " if (each instanceof HTMLElement)"
                " each.style.cssText = 'display: block; height: auto; overflow: visible';",
            ),
        ),
        by="test_texts.py::test_a_very_long_text_is_shown_whole",
        saying="where one writes is out of sight",
        spares=SENDING_ONCE,
    ),
)
