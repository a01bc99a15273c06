"""Faults of what the page notices: elsewhere in the list, in its person's other windows, and whether somebody looks."""

from connect.faults import SENDING_ONCE, fault
from connect.faults.scripts import script

FAULTS = (
    fault(
        "preview-stale-while-open",
        "the list does not follow while a conversation is open",
        script("conversations.js", ("row.seq > (chat.last?.seq ?? 0)", "!location.search.includes('c=')")),
        by="test_preview.py::test_the_preview_of_the_open_chat_follows",
        saying="beside",
    ),
    fault(
        "read-while-scrolled-up",
        "what arrives below the window is reported as read",
        script("openChat.js", (" && this.#view.atEnd", "")),
        by="test_reading.py::test_what_arrives_below_is_not_read",
        saying="was marked as read although ana had scrolled up",
    ),
    fault(
        "read-while-hidden",
        "what arrives in a hidden tab is reported as read",
        script("openChat.js", (" && document.visibilityState === 'visible'", "")),
        by="test_reading.py::test_a_hidden_tab_reads_nothing",
        saying="was marked as read although the tab was hidden",
    ),
    fault(
        "list-left-with-the-chat",
        "leaving a conversation ends all subscriptions, and nobody notices",
        script(
            "feed.js",
            ("void this.#client.removeChannel(this.#channel)", "void this.#client.removeAllChannels()"),
            (
                "if (status === 'CLOSED') this.#again('the server closed the channel');",
                "if (status === 'CLOSED') return;",
            ),
        ),
        by="test_leaving.py::test_the_list_is_still_live",
        saying="beside",
    ),
    fault(
        "read-elsewhere-unnoticed",
        "a badge stays although its messages were read in another tab of the same person",
        script(
            "app.js",
            (
                "{ event: 'UPDATE', ...mine, received: (row) => void this.#conversations.count(row.chat_id) },",
                "",
            ),
        ),
        by="test_elsewhere.py::test_what_is_read_elsewhere_has_no_badge",
        saying="the badge ''",
        spares=SENDING_ONCE,
    ),
    fault(
        "left-elsewhere-unnoticed",
        "a conversation stays on the page of somebody who is not a member any more",
        script("app.js", ("{ event: 'DELETE', ...mine, received: () => void this.#conversations.load() },", "")),
        by="test_elsewhere.py::test_who_left_a_chat_elsewhere_has_lost_it",
        saying="no more",
        spares=SENDING_ONCE,
    ),
)
