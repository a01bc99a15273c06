"""Faults of catching up, leaving a chat and scrolling up."""

from connect.faults import fault
from connect.faults.scripts import script

_PAUSES = "test_reconnecting.py::test_the_pauses_between_attempts_grow"
_CLIENT = "db: { timeout: REQUEST_TIMEOUT },"

FAULTS = (
    fault(
        "no-catch-up",
        "what was sent while the device was offline is not read",
        script(
            "history.js", ("catchUp = coalesced(() => this.#readMissed());", "catchUp = coalesced(async () => {});")
        ),
        by="test_offline.py::test_what_was_sent_meanwhile_appears_in_order_once",
        saying="ana's tab 1 should show the messages",
    ),
    fault(
        "live-unnoticed",
        "the page does not hear that changes flow, and stays at connecting",
        script("feed.js", ("else if (extension === 'postgres_changes') this.#live();", "")),
        by="test_offline.py::test_the_page_says_that_it_is_offline",
        saying="again",
    ),
    fault(
        "subscription-left-behind",
        "the subscription to a chat stays when the chat is closed",
        script("openChat.js", ("    this.#history.stop();\n    this.#feed.stop();", "    this.#history.stop();")),
        by="test_remounting.py::test_coming_back_leaves_one_subscription",
        saying="was not left",
    ),
    fault(
        "page-skips-one",
        "the next page of older messages begins one too far up",
        script("service.js", (".lt('seq', below)", ".lt('seq', below - (below < 1e9 ? 1 : 0))")),
        by="test_scrolling.py::test_scrolling_up_shows_all_messages_in_order",
        saying="a gap, a duplicate or a wrong order",
    ),
    fault(
        "pages-by-offset",
        "the next page of older messages begins after as many as were read, whatever was deleted meanwhile",
        script(
            "service.js",
            (
                """        .lt('seq', below)
        .order('seq', { ascending: false })
        .limit(PAGE),
""",
                """        .order('seq', { ascending: false })
        .range(
          (globalThis.read = below === Number.MAX_SAFE_INTEGER ? 0 : globalThis.read + PAGE),
          globalThis.read + PAGE - 1,
        ),
""",
            ),
        ),
        by="test_older_pages.py::test_deleting_meanwhile_leaves_no_gap",
        saying="a gap, a duplicate or a wrong order",
    ),
    fault(
        "pauses-do-not-grow",
        "while the server refuses its sockets the page tries each second",
        script("session.js", (_CLIENT, f"realtime: {{ reconnectAfterMs: () => 1000 }},\n      {_CLIENT}")),
        by=_PAUSES,
        saying="do not grow",
    ),
    fault(
        "reconnects-at-once",
        "while the server refuses its sockets the page tries without a pause",
        script("session.js", (_CLIENT, f"realtime: {{ reconnectAfterMs: () => 20 }},\n      {_CLIENT}")),
        by=_PAUSES,
        saying="a storm",
    ),
)
