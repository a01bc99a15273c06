"""Faults of loading the page."""

from connect.faults import FORM, SENDING_ONCE, fault, requests
from connect.faults.requests import Requests
from connect.faults.scripts import script

FAULTS = (
    fault(
        "method-removed",
        "the method withRetry is missing when the page runs",
        script("service.js", ("  async withRetry(request) {", "  async without(request) {")),
        by="test_conversations.py::test_loading_leaves_the_console_clean",
        saying="this.withRetry is not a function",
        spares=FORM,
    ),
    fault(
        "console-noise",
        "the console says Error loading conversations although nothing is wrong",
        script(
            "conversations.js",
            (
                "      this.#tell.succeeded('loading conversations');",
                "      console.error('Error loading conversations:');",
            ),
        ),
        by="test_conversations.py::test_loading_leaves_the_console_clean",
        saying="console error: Error loading conversations",
        spares=FORM,
    ),
    fault(
        "alert-without-reason",
        "the page always says that something failed, and the console says nothing",
        script(
            "app.js",
            ("    this.#feed.start();", "    this.#feed.start(); this.#alerts.show('all', 'All of it failed.');"),
        ),
        by="test_guide.py::test_conversations_load_without_an_error",
        saying="showed an alert",
        spares=FORM,
    ),
    fault(
        "rejection-unhandled",
        "a promise is rejected, and nobody handles it",
        script(
            "conversations.js",
            ("    for (const apply of meanwhile) apply();", "    void Promise.reject(new Error('lost'));"),
        ),
        by="test_conversations.py::test_loading_leaves_the_console_clean",
        saying="page error: lost",
        spares=FORM,
    ),
    fault(
        "error-swallowed",
        "the unread count fails, and nobody says so",
        script(
            "conversations.js",
            ("await this.#service.unreadCount(id)", "await this.#service.unread(id)"),
            (
                "this.#tell.failed('loading unread counts', 'Unread messages could not be counted', error, again);",
                "",
            ),
        ),
        by="test_conversations.py::test_the_badge_counts_what_is_unread",
        saying="the badges",
        spares=SENDING_ONCE,
    ),
    fault(
        "list-delayed-for-ever",
        "the request for the list is never answered",
        Requests("GET", "chats", requests.held_for_ever),
        by="test_conversations.py::test_conversations_load_newest_first",
        saying="selectors.conversation of",
        spares=FORM,
    ),
    fault(
        "list-answer-reversed",
        "the rows of the list come in reverse order, and the page trusts it",
        Requests("GET", "chats", requests.reversed_rows),
        script("conversations.js", (".sort((a, b) => when(b) - when(a) || a.name.localeCompare(b.name))", "")),
        by="test_conversations.py::test_conversations_load_newest_first",
        saying=r"should show \['first",
        spares=SENDING_ONCE,
    ),
    fault(
        "last-message-is-the-first",
        "beside a conversation's name is its oldest message",
        script("service.js", ("referencedTable: 'last', ascending: false", "referencedTable: 'last', ascending: true")),
        by="test_conversations.py::test_each_shows_its_last_message",
        saying="the last messages",
        spares=SENDING_ONCE,
    ),
    fault(
        "session-forgotten",
        "a reload ends the session",
        script("session.js", ("    sessionStorage.setItem(PERSON, person);\n", "")),
        by="test_sign_in.py::test_the_form_leads_to_the_conversations",
        saying="after the reload",
    ),
)
