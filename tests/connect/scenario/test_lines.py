"""What a page sends is held up or lost however it sends it, and where nothing was, that is said."""

import pytest

from connect import paths
from pgproof.browser import Tab, frontend
from pgproof.errors import Inconclusive
from pgproof.scrub import Scrubber
from pgproof.timing import eventually
from tests.e2e import fix_network
from tests.pgproof.browser.fix_sites import serving

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"
TEXT = "hello a1b2c3d4-007"
SEND = "([method, path, body]) => fetch(path, { method, body }).then(() => 'answered', () => 'failed')"


@pytest.fixture
def tab_on_line(browser):
    """A tab on a page that has loaded, and the line that it is on."""
    with serving(PAGES) as address, browser.new_context() as context:
        line = fix_network.Line(context, r"a1b2c3d4-\d{3}", None)
        tab = Tab("ana's tab", context, frontend.read(PAGES / "app.toml"), address, Scrubber()).open()
        tab.wait_idle()
        yield tab, line


def test_what_stores_a_message_is_held_up(tab_on_line):
    """A row of the table, whatever it holds, and any other POST with the message's text in it."""
    tab, line = tab_on_line
    held = line.hold_sending()
    sent = [
        ("/rest/v1/chat_messages?select=id", "{}"),
        ("/rest/v1/rpc/send_message", f'{{"p_text": "{TEXT}"}}'),
        ("/api/send", f'{{"text": "{TEXT}"}}'),
        ("/chat/7", f"0={TEXT.replace(' ', '+')}"),
    ]
    for path, body in sent:
        tab.page.evaluate(f"(given) => void ({SEND})(given)", ["POST", path, body])
    assert eventually(lambda: bool(tab.now() and held.count == len(sent)))
    held.expect(tab)
    assert len(tab.log.under_way) == len(sent)
    held.let_go()
    assert eventually(lambda: bool(tab.now() and not tab.log.under_way))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/rest/v1/chat_messages", TEXT),
        ("POST", "/rest/v1/rpc/mark_messages_as_read", "{}"),
        ("POST", "/auth/v1/token?grant_type=password", '{"email": "a1b2c3d4-007@example.org"}'),
        ("POST", "/api/typing", "{}"),
    ],
)
def test_other_requests_go_on(tab_on_line, method, path, body):
    """Nothing but what sends a message is held up."""
    tab, line = tab_on_line
    held = line.hold_sending()
    assert tab.page.evaluate(SEND, [method, path, body]) == "answered"
    assert held.count == 0


def test_an_answer_is_lost_and_the_next_one_is_not(tab_on_line):
    """The server has answered both, and the page heard of the second."""
    tab, line = tab_on_line
    met = line.lose_answer()
    assert [tab.page.evaluate(SEND, ["POST", "/api/send", TEXT]) for _ in range(2)] == ["failed", "answered"]
    assert len(met.statuses) == met.count == 2


def test_what_is_refused_reaches_nobody(tab_on_line):
    """During the block, and not after it."""
    tab, line = tab_on_line
    with line.refused() as met:
        assert tab.page.evaluate(SEND, ["POST", "/api/send", TEXT]) == "failed"
    assert tab.page.evaluate(SEND, ["POST", "/api/send", TEXT]) == "answered"
    assert met.count == 1


def test_where_nothing_was_held_the_test_is_inconclusive(tab_on_line):
    """The message is stored by a request that nobody saw: neither the page's fault nor a success."""
    tab, line = tab_on_line
    with pytest.raises(pytest.fail.Exception, match=r"^ana's tab: inconclusive: its message is stored") as failed:
        line.hold_sending().expect(tab)
    assert isinstance(failed.value.__cause__, Inconclusive)


def test_a_page_that_does_not_ask_is_at_fault(tab_on_line, monkeypatch):
    """Nothing is stored, and nothing was asked for."""
    tab, line = tab_on_line
    monkeypatch.setattr(fix_network, "_ASKED", 0.1)
    with pytest.raises(AssertionError, match=r"^ana's tab did not ask the server to store the message within"):
        line.hold_sending().expect(tab, lambda: False)
