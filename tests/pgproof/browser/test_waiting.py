"""A tab waits for what is still to come on a busy machine, and for nothing where nothing is."""

import time

import pytest

from connect import paths
from pgproof.browser import Tab, frontend
from pgproof.scrub import Scrubber
from tests.pgproof.realtime import scripted

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"
# Longer than any of these tests lasts.
LONG = 60

# Subscribes to changes, as a client of version 1.0.0 does, once the page has loaded for so many milliseconds.
_LATE = """async ([url, loading, milliseconds]) => {
  const until = performance.now() + milliseconds
  if (loading === 'asks') void fetch('/held')
  tick()
  function tick() {
    if (loading === 'changes') threads.push({ title: 'New', bubbles: [], news: 0 }) && draw()
    if (performance.now() < until) setTimeout(tick, 50)
    else subscribe()
  }
  function subscribe() {
    const socket = new WebSocket(url)
    const config = { postgres_changes: [{ event: '*', schema: 'public', table: 'chat_messages' }] }
    const join = { topic: 'realtime:a', event: 'phx_join', payload: { config }, ref: '1', join_ref: '1' }
    socket.onopen = () => socket.send(JSON.stringify(join))
  }
}"""

# Asks for something in the turn after the next one, as a script does that is still to get its answer.
_ASKS_SOON = """() => {
  const { setTimeout } = window
  let turns = 2
  window.setTimeout = (act, ...rest) => setTimeout((...given) => {
    turns -= 1
    if (!turns) void fetch('/app.html').then(() => document.body.prepend('answered'))
    act(...given)
  }, ...rest)
}"""


@pytest.fixture
def waiting_tab(browser, site_of):
    """A tab on the example, at rest."""
    with browser.new_context() as context:
        context.add_init_script("localStorage.setItem('who', 'ana')")
        tab = Tab("ana's tab", context, frontend.read(PAGES / "app.toml"), site_of(PAGES), Scrubber()).open()
        tab.wait(lambda state: state.conversations, "conversations")
        yield tab


@pytest.mark.parametrize(("loading", "quiet"), [("asks", 0.1), ("changes", LONG)])
def test_a_page_that_still_loads_has_longer_to_be_live(waiting_tab, monkeypatch, loading, quiet):
    """While a request is under way or what is shown changes, it may still subscribe."""
    monkeypatch.setattr("pgproof.browser.view.SECONDS", 0.2)
    monkeypatch.setattr("pgproof.browser.view._PATIENCE", LONG / 0.2)
    monkeypatch.setattr("pgproof.browser.view._QUIET_SECONDS", quiet)
    waiting_tab.page.route("**/held", lambda _: None)
    began = time.monotonic()
    with scripted.Server() as server:
        url = server.url.replace("http:", "ws:") + "/realtime/v1/websocket?vsn=1.0.0"
        waiting_tab.page.evaluate(f"(given) => void ({_LATE})(given)", [url, loading, 400])
        assert waiting_tab.wait_live().log.joined > began
        waiting_tab.page.close()


def test_a_page_at_rest_has_no_longer_to_be_live(waiting_tab, monkeypatch):
    """Where nothing is under way the patience for busy machines does not count; what is missing is one sentence."""
    waiting_tab.open_conversation("Plans", live=False)
    monkeypatch.setattr("pgproof.browser.view.SECONDS", 0.2)
    monkeypatch.setattr("pgproof.browser.view._QUIET_SECONDS", 0.1)
    monkeypatch.setattr("pgproof.browser.view._PATIENCE", 100 * LONG)
    with pytest.raises(AssertionError, match=r"^ana's tab asks for no realtime: .*: no request is under way"):
        waiting_tab.wait_live()


def test_a_list_need_not_subscribe_to_anything(waiting_tab, monkeypatch):
    """At rest and with no conversation open there is nothing to be told of yet; while it still loads, there may be."""
    monkeypatch.setattr("pgproof.browser.view.SECONDS", 0.2)
    monkeypatch.setattr("pgproof.browser.view._QUIET_SECONDS", 0.1)
    assert not waiting_tab.wait_live().log.asks_for_realtime
    waiting_tab.page.route("**/held", lambda _: None)
    waiting_tab.page.evaluate("void fetch('/held').catch(() => {})")
    with pytest.raises(AssertionError, match=r"^ana's tab: no subscription to changes .*: GET /held has been waiting"):
        waiting_tab.wait_live()


# Joins a channel of its own, and then, if told to, one of changes.
_JOINS = """([url, thenChanges]) => {
  const socket = new WebSocket(url)
  const join = (topic, ref, changes) => socket.send(JSON.stringify({
    topic, event: 'phx_join', payload: { config: { private: true, postgres_changes: changes } }, ref, join_ref: ref,
  }))
  socket.onopen = () => join('realtime:room:7', '1', [])
  socket.onmessage = ({ data }) => {
    if (!thenChanges || JSON.parse(data).ref !== '1') return
    void fetch('/app.html').then(() => join('realtime:changes', '2', [{ event: '*', table: 'letters' }]))
  }
}"""


@pytest.mark.parametrize("then_changes", [False, True], ids=["broadcasts", "changes-later"])
def test_a_page_on_broadcasts_is_live_once_it_has_joined(waiting_tab, then_changes):
    """The server's reply is enough where nothing else is asked for; changes that are asked for next are waited for."""
    waiting_tab.open_conversation("Plans", live=False)
    with scripted.Server() as server:
        server.says_live = then_changes
        url = server.url.replace("http:", "ws:") + "/realtime/v1/websocket?vsn=1.0.0"
        waiting_tab.page.evaluate(_JOINS, [url, then_changes])
        log = waiting_tab.wait_live().log
        assert log.is_live
        assert log.wants_changes is then_changes
        assert log.subscriptions == ["realtime:changes" if then_changes else "realtime:room:7"]
        assert log.is_subscribed("room:7") is not then_changes
        waiting_tab.page.close()


def test_messages_are_waited_for_as_long_as_is_said(waiting_tab, monkeypatch):
    """What comes after the usual time is seen where more is given, and only there."""
    waiting_tab.open_conversation("Plans", live=False).wait_texts(["shall we?"])
    monkeypatch.setattr("pgproof.browser.view._QUIET_SECONDS", 0)
    monkeypatch.setenv("CONNECT_TIME_UNIT", "0.001")
    with pytest.raises(AssertionError, match=r"should show the messages \['none'\]"):
        waiting_tab.wait_texts(["none"])
    waiting_tab.page.evaluate("void setTimeout(() => app.say('late'), 300)")
    waiting_tab.wait_texts(["shall we?", "late"], seconds=1000 * LONG)


def test_a_page_is_idle_once_it_has_asked_for_what_comes_next(waiting_tab):
    """The request that an answer leads to is waited for as well, although none was under way for a moment."""
    waiting_tab.wait_idle()
    waiting_tab.page.evaluate(_ASKS_SOON)
    waiting_tab.wait_idle()
    assert "answered" in waiting_tab.page.inner_text("body")


def test_an_idle_page_is_not_waited_for(waiting_tab, monkeypatch):
    """Where no request comes, the wait ends by itself and not when its time is up."""
    monkeypatch.setattr("pgproof.browser.view.SECONDS", 100 * LONG)
    waiting_tab.wait_idle()
    waiting_tab.page.evaluate("void fetch('/app.html')")
    waiting_tab.wait_idle()
    assert not waiting_tab.log.is_waiting
