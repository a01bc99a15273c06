"""Faults of writing: composition, haste, and what is not sent yet."""

from connect.faults import SENDING_ONCE, fault
from connect.faults.scripts import script

FAULTS = (
    fault(
        "enter-sends-during-composition",
        "Enter sends also while it belongs to the input method",
        script("composer.js", (" && !event.isComposing", "")),
        by="test_composing.py::test_enter_during_composition_sends_nothing",
        saying="Enter during composition sent",
        spares=SENDING_ONCE,
    ),
    fault(
        "composer-emptied-by-the-answer",
        "what is written is cleared when the message before it is stored",
        script(
            "openChat.js",
            (
                "  sent(row) {\n",
                "  sent(row) {\n    find(this.element, 'textarea', HTMLTextAreaElement).value = '';\n",
            ),
        ),
        by="test_typing.py::test_typing_while_a_message_is_sent_loses_no_character",
        saying="where it was written",
        spares=SENDING_ONCE,
    ),
    fault(
        "composer-emptied-late",
        "the text stays for a moment after it was sent, so that a second click sends it again",
        script(
            "composer.js",
            (
                "    this.#input.value = '';\n    keepDraft(this.#draft, '');",
                "    setTimeout(() => (this.#input.value = ''), 0);\n    keepDraft(this.#draft, '');",
            ),
        ),
        by="test_typing.py::test_sending_twice_in_a_hurry_sends_once",
        saying="should show the messages|sent it again",
        spares=SENDING_ONCE,
    ),
    fault(
        "unsent-forgotten",
        "what was not sent is gone after a reload",
        script("pendingQueue.js", ("JSON.parse(storage.getItem(this.#key) ?? '[]')", "[]")),
        by="test_unsent.py::test_a_reload_loses_nothing_unsent",
        saying="was lost",
        spares=SENDING_ONCE,
    ),
    fault(
        "unanswered-sent-anew",
        "what had no answer before a reload is sent as another message after it",
        script(
            "pendingQueue.js",
            (
                "for (const pending of this.#waiting) pending.state = 'waiting';",
                "for (const pending of this.#waiting) Object.assign(pending,"
                " { state: 'waiting', clientId: crypto.randomUUID() });",
            ),
        ),
        by="test_unsent.py::test_a_reload_before_the_answer_sends_nothing_twice",
        saying="should show the messages|stored twice",
        spares=SENDING_ONCE,
    ),
)
