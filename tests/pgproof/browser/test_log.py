"""A tab's log holds what happened to it, says what may not happen, and keeps no secret."""

import json

import pytest

from connect import paths
from connect.vocabulary import VOCABULARY
from pgproof.browser import Tab
from pgproof.browser.frontend import read
from pgproof.browser.wire import Subscriptions
from pgproof.scrub import Scrubber

PAGES = paths.ROOT / "tests" / "pgproof" / "browser" / "pages"
TOKEN = ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxIn0", "c2lnbmF0dXJl"])

KNOWN = ("^GET /photos/1 404$", "^GET /away net::ERR_")


@pytest.fixture
def tab(browser, site_of):
    """A tab on the example that overlooks what it calls noise."""
    described = read(PAGES / "app.toml").model_copy(
        update={"console_noise": ("just noise",), "failing_requests": KNOWN}
    )
    with browser.new_context() as context:
        yield Tab("ana's tab", context, described, site_of(PAGES), Scrubber(), vocabulary=VOCABULARY).open()


@pytest.mark.parametrize(
    ("event", "script", "problem"),
    [
        ("console", "console.error('broken')", "console error: broken"),
        ("console", "console.log('this.withRetry is not a function')", "console log: this.withRetry is not a function"),
        ("console", "console.warn('Error loading conversations: {}')", "console warning: Error loading conversations"),
        ("pageerror", "setTimeout(() => { throw new Error('thrown') })", "page error: thrown"),
        ("response", "void fetch('/nothing')", "answer: 404 to GET http"),
        (
            "requestfailed",
            "void fetch('http://127.0.0.1:9/').catch(() => 0)",
            "request failed: GET http://127.0.0.1:9/: ",
        ),
    ],
)
def test_a_problem_is_named(tab, event, script, problem):
    """What may not happen on a page is one line."""
    with tab.page.expect_event(event):
        tab.page.evaluate(script)
    assert [line for line in tab.log.problems if line.startswith(problem)]


def test_no_description_has_the_guides_own_overlooked(tab):
    """A pattern that would overlook everything still leaves withRetry and Error loading conversations a problem."""
    with tab.page.expect_event("console"):
        tab.page.evaluate("console.error('just noise: Error loading conversations: {} this.withRetry')")
    assert len(tab.log.problems) == 1


def test_what_the_api_has_stored_is_acknowledged(tab):
    """The text of a message that was answered with success is taken down, also of an array; a refused one is not."""
    answers = iter([201, 201, 409])
    tab.page.route("**/rest/v1/chat_messages*", lambda route: route.fulfill(status=next(answers)))
    for body in ({"message_text": "one"}, [{"message_text": "two"}], {"message_text": "three"}):
        with tab.page.expect_event("response"):
            tab.page.evaluate(
                "body => void fetch('/rest/v1/chat_messages?select=id', {method: 'POST', body: JSON.stringify(body)})",
                body,
            )
    assert [text for text, _ in tab.log.acknowledged] == ["one", "two"]


@pytest.mark.parametrize("script", ["console.log('fine')", "console.error('just noise here')", "console.info('ok')"])
def test_what_is_allowed_is_not_a_problem(tab, script):
    """Other messages, and those that the description overlooks, are only taken down."""
    tab.page.evaluate(script)
    assert tab.log.problems == []
    assert any(event.kind.startswith("console") for event in tab.log.events)


@pytest.mark.parametrize("path", ["/photos/1", "/away"])
def test_a_request_that_is_known_to_fail_is_not_a_problem(tab, path):
    """Neither its answer, nor that there was none, nor what the browser says of it in the console."""
    tab.page.route("**/away", lambda route: route.abort("connectionrefused"))
    with tab.page.expect_console_message(lambda message: "Failed to load resource" in message.text):
        tab.page.evaluate("path => fetch(path).catch(() => 0)", path)
    assert tab.log.problems == []
    assert [event for event in tab.log.events if path in event.text]


@pytest.mark.parametrize(("method", "path"), [("GET", "/photos/12"), ("POST", "/photos/1")])
def test_another_failing_request_is_a_problem(tab, method, path):
    """A longer address, another method or another status is not the known one."""
    tab.page.route("**/photos/*", lambda route: route.fulfill(status=404))
    with tab.page.expect_response("**/photos/*"):
        tab.page.evaluate("([method, path]) => fetch(path, { method })", [method, path])
    assert [line for line in tab.log.problems if line.startswith(f"answer: 404 to {method}")]


def test_a_page_that_is_left_breaks_off_its_requests(tab):
    """A request that a reload ended is not the page's failure."""
    tab.page.route("**/slow", lambda _: None)
    with tab.page.expect_request("**/slow"):
        tab.page.evaluate("void fetch('/slow').catch(() => {})")
    with tab.page.expect_event("requestfailed"):
        tab.reload()
    assert tab.log.problems == []


def test_no_token_is_taken_down(tab):
    """Whatever a page prints or asks for, its secrets are stars."""
    tab.page.evaluate(f"console.log('token {TOKEN}'); fetch('/app.html?apikey=geheim').then(() => 0)")
    text = "\n".join(map(str, tab.log.events))
    assert "token ***" in text
    assert "apikey=***" in text
    assert "geheim" not in text
    assert TOKEN not in text


def join(topic, changes):
    return json.dumps(["1", "1", topic, "phx_join", {"config": {"postgres_changes": changes}}])


def system(topic, status="ok"):
    return json.dumps([None, None, topic, "system", {"extension": "postgres_changes", "status": status}])


@pytest.mark.parametrize("older", [False, True])
def test_a_subscription_is_live_from_the_servers_word(older):
    """Not from the join, nor from its reply; in both versions of the protocol."""

    def frame(text):
        names = ("join_ref", "ref", "topic", "event", "payload")
        return json.dumps(dict(zip(names, json.loads(text), strict=True))) if older else text

    found = Subscriptions()
    found.sent(frame(join("realtime:a", [{"event": "*"}])))
    found.sent(frame(join("realtime:presence", [])))
    assert found.joined == {"realtime:a"}
    found.received(frame(json.dumps(["1", "1", "realtime:a", "phx_reply", {"status": "ok", "response": {}}])))
    found.received(frame(system("realtime:a", "error")))
    assert not all(found.asked("messages"))
    found.received(frame(system("realtime:a")))
    assert all(found.asked("messages"))


def reply(topic, ref, status="ok"):
    return json.dumps(["1", ref, topic, "phx_reply", {"status": status, "response": {}}])


def test_a_channel_without_changes_is_live_from_the_reply_to_its_join():
    """Not from a reply to something else; one that is refused is not waited for."""
    found = Subscriptions()
    assert not found.has_joined
    for topic in ("realtime:room", "realtime:typing"):
        found.sent(join(topic, []))
        found.received(reply(topic, "0"))
    assert found.has_joined
    assert found.joined == set()
    assert found.others == {"realtime:room": False, "realtime:typing": False}
    found.received(reply("realtime:typing", "1", "error"))
    found.received(reply("realtime:room", "1"))
    assert found.others == {"realtime:room": True}
    found.received(json.dumps(["1", None, "realtime:room", "phx_error", {}]))
    assert found.others == {"realtime:room": False}
    found.sent(json.dumps(["1", "2", "realtime:room", "phx_leave", {}]))
    assert found.others == {}


def test_a_closed_or_left_subscription_is_not_live():
    """After phx_close there is something to wait for again; after phx_leave there is nothing."""
    found = Subscriptions()
    for topic in ("realtime:a", "realtime:b"):
        found.sent(join(topic, [{"event": "*"}]))
        found.received(system(topic))
    found.received(json.dumps(["1", None, "realtime:a", "phx_close", {}]))
    assert not all(found.asked("messages"))
    found.sent(json.dumps(["1", "2", "realtime:a", "phx_leave", {}]))
    assert all(found.asked("messages"))
    assert found.joined == {"realtime:b"}


def test_a_refused_subscription_to_something_else_is_not_waited_for():
    """A table that is not published keeps no page from being live; messages that are refused do."""
    found = Subscriptions()
    found.sent(join("realtime:messages", [{"event": "*", "table": "messages", "filter": "chat_id=eq.7"}]))
    found.sent(join("realtime:reactions", [{"event": "*", "table": "reactions"}]))
    found.received(system("realtime:reactions", "error"))
    assert found.asked("messages") == [False]
    found.received(system("realtime:messages", "error"))
    assert found.asked("messages") == [False]
    found.received(system("realtime:messages"))
    assert found.asked("messages") == [True]
    assert found.names("eq.7")
    assert not found.names("eq.8")


@pytest.mark.parametrize("frame", [b"\x03\x01", "no json", "[]", "{}", "7", '[null, null, "t", "system", 7]'])
def test_other_frames_are_passed_over(frame):
    """What is not a message of the protocol changes nothing."""
    found = Subscriptions()
    found.sent(frame)
    found.received(frame)
    assert found.joined == set()


def test_what_was_joined_is_kept_with_its_filter():
    """A topic that was joined, left and joined again counts twice, however long its frame, and its name may be any."""
    known = Subscriptions()
    wanted = {
        "config": {"postgres_changes": [{"table": "chat_messages", "filter": "chat_id=eq.7"}]},
        "more": "x" * 9000,
    }
    for event in ("phx_join", "phx_leave", "phx_join"):
        known.sent(json.dumps(["1", "1", "realtime:any", event, wanted]))
    assert known.filters == [("chat_id=eq.7",)] * 2
    assert known.joined == {"realtime:any"}
