"""A page may be reloaded at any moment of its loading."""

from contextlib import nullcontext
from urllib.parse import urlsplit

import pytest

from pgproof.timing import unit

RELOADS = 20
SECONDS = 10


@pytest.fixture
def open_chat_with_message(scenario, chat_of_two):
    """A chat of ana and bo with a message, open in a tab of ana's."""
    ana, bo, chat = chat_of_two
    text = scenario.say(bo, chat)
    return bo, chat, scenario.tab(ana).open_conversation(chat.name), text


class Loading:
    """Loads a page anew, and stops it at a request, which is never answered."""

    def __init__(self, tab):
        self.tab, self.stopped = tab, []
        tab.page.route("**/*", lambda route: route.request in self.stopped or route.fallback())

    def reload_until(self, path):
        """Returns when the page asks for this path. Fails if it does not in time, as it does otherwise."""
        from playwright.sync_api import TimeoutError as TookTooLong

        def is_it(request):
            found = path_of(request) == path
            if found and not request.is_navigation_request():
                self.stopped.append(request)
            return found

        try:
            with self.tab.page.expect_event("request", is_it, timeout=1000 * SECONDS * unit()):
                self.tab.reload()
        except TookTooLong:
            at = f"when it asked for {path_of(self.stopped[-1])}" if self.stopped else "at once"
            raise AssertionError(
                f"{self.tab.name}, which was loaded anew {at}, did not ask for {path} within {SECONDS * unit():g} s,"
                " as it does in every undisturbed load"
            ) from None


def path_of(request):
    """Without what it asks for in particular."""
    return urlsplit(request.url).path


def moments(tab):
    """The paths that a loading asks for, in order of the first time: all that is data, and as many scripts as fit.

    Only those that it asks for each time: a page may report a message as delivered, or read, once and never again.
    """
    loads = []

    def watch(request):
        if request.is_navigation_request():
            loads.append({})
        if loads and request.resource_type in ("document", "script", "fetch", "xhr"):
            loads[-1].setdefault(path_of(request), request.resource_type)

    tab.page.on("request", watch)
    for _ in range(2):
        # Nothing is opened here: what a page asks for after a click is not a moment of its loading.
        tab.reload().wait_live().wait_idle()
    tab.page.remove_listener("request", watch)
    asked = {path: kind for path, kind in loads[-1].items() if all(path in each for each in loads)}
    scripts = [path for path, kind in asked.items() if kind == "script"]
    room = max(RELOADS - 3 - (len(asked) - len(scripts)), 1)
    left_out = set(scripts) - set(scripts[:: -(-len(scripts) // room)])
    return [path for path in asked if path not in left_out]


def test_a_reload_at_every_moment_of_loading_never_hangs(scenario, open_chat_with_message):
    """Twenty reloads in a row, each when the last one had come a little further; then all is there, and live."""
    bo, chat, tab, text = open_chat_with_message
    cuts = moments(tab)
    # A page may open no socket before a chat is open.
    has_socket = tab.log.asks_for_realtime
    loading = Loading(tab)
    for path in cuts:
        loading.reload_until(path)
    for _ in range(max(RELOADS - len(cuts) - 2, 1)):
        with tab.page.expect_websocket() if has_socket else nullcontext():
            tab.reload()
    tab.reload().wait_live()
    tab.reload().reopen(chat.name)
    tab.wait_texts([text])
    scenario.say(bo, chat, later := scenario.text("later"))
    tab.wait_texts([text, later])
    tab.at_rest()
    scenario.expect_good(chat)


def test_reloads_in_the_middle_of_a_burst_lose_nothing(scenario, open_chat_with_message, record_latency):
    """While messages come in the page is loaded anew again and again; in the end it shows all of them in order."""
    bo, chat, tab, text = open_chat_with_message
    other = scenario.tab(bo).open_conversation(chat.name)
    texts = [text]
    for _ in range(6):
        texts.append(scenario.text("burst"))
        other.send(texts[-1])
        tab.reload().reopen(chat.name, live=False)
    for each in (tab, other):
        each.wait_texts(texts)
        each.at_rest()
    scenario.expect_good(chat)
    record_latency("a burst to a page that is reloaded after each message", scenario.judge(chat))
